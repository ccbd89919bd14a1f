/** @file Weights of a forward pass: constants or inputs of a frozen base, or slices of a trained flat vector. */
import {
  concat,
  constant,
  dequantize,
  input,
  matmul,
  matmulNBits,
  type QuantizedAttributes,
  reshape,
  type Shape,
  slice,
  transpose,
  type Value,
  sizeOf,
} from '../engine/graph/index.ts';
import { present } from '../lib/assert.ts';
import { EMBEDDING, type PolicyConfig, weightNames } from './config.ts';
import { BLOCK_SIZE, packedShape, unpacked, type Weight } from './quantize.ts';

/** The weights of a policy as graph values. */
export interface Parameters {
  /** Whether linear weights are stored dense, so that `dense` of one costs nothing. */
  readonly isDense: boolean;
  /** Whether few nodes matter more than few operations: on a GPU each node is a dispatch. */
  readonly fewNodes: boolean;
  /** The linear map x [n, in] -> x W [n, out]. */
  linear(name: string, x: Value): Value;
  /** A dense weight: embedding [V, d], norm [d], or a linear weight [in, out]. */
  dense(name: string): Value;
}

/** A quantized weight; all uses in a graph share it. */
interface Blocks {
  readonly packed: Value;
  readonly scales: Value;
  readonly attributes: QuantizedAttributes;
}

/** A stored tensor of a weight as a leaf of a graph. */
type LeafOf = (name: string, tensor: WeightTensor) => Value;

/** One stored tensor. */
export interface WeightTensor {
  readonly data: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** The tensors of a weight by name: one of a dense weight, blocks and scales of a quantized one. */
export function weightTensors(name: string, weight: Weight): Record<string, WeightTensor> {
  if (weight.kind === 'dense') return { [name]: weight };
  const { bits, shape, packed, scales } = weight;
  return {
    [`${name}.packed`]: { data: packed, shape: packedShape(shape, bits) },
    [`${name}.scales`]: { data: scales, shape: [shape[1], shape[0] / BLOCK_SIZE] },
  };
}

const typeOf = ({ data }: WeightTensor) => (data instanceof Uint8Array ? 'uint8' : 'float');

function parametersOf(weights: ReadonlyMap<string, Weight>, leafOf: LeafOf, fewNodes: boolean): Parameters {
  const made = new Map<string, Value | Blocks>();
  const build = (name: string): Value | Blocks => {
    const weight = present(weights.get(name), `weight ${name}`);
    const leaves = Object.entries(weightTensors(name, weight)).map((tensor) => leafOf(...tensor));
    if (weight.kind === 'dense') return leaves[0] as Value;
    const [packed, scales] = leaves as [Value, Value];
    const [inDim, outDim] = weight.shape;
    return { packed, scales, attributes: { bits: weight.bits, blockSize: BLOCK_SIZE, inDim, outDim } };
  };
  const get = (name: string): Value | Blocks => {
    const value = made.get(name) ?? build(name);
    made.set(name, value);
    return value;
  };
  return {
    isDense: [...weights.values()].every(({ kind }) => kind === 'dense'),
    fewNodes,
    linear(name, x) {
      const weight = get(name);
      return 'packed' in weight ? matmulNBits(x, weight.packed, weight.scales, weight.attributes) : matmul(x, weight);
    },
    dense(name) {
      const weight = get(name);
      if (!('packed' in weight)) return weight;
      const rows = dequantize(weight.packed, weight.scales, weight.attributes);
      return name === EMBEDDING ? rows : transpose(rows);
    },
  };
}

const asConstant: LeafOf = (_, tensor) => constant(tensor.data, tensor.shape, typeOf(tensor));

/**
 * Frozen weights as constants of the graph, which the CPU prepares once. For the CPU. UsageError that names a missing
 * weight.
 */
export const frozenParameters = (weights: ReadonlyMap<string, Weight>, mostUnpacked?: number): Parameters =>
  parametersOf(unpacked(weights, mostUnpacked), asConstant, false);

/** Name of the input for a weight's tensor. */
export const weightInput = (name: string): string => `weight.${name}`;

/** Whether a tensor is worth an input: an input costs more at every run than the vector of a norm. */
export const isFed = ({ shape }: WeightTensor): boolean => shape.length > 1;

/**
 * Frozen weights as inputs of the graph, which `bindWeights` feeds; norms stay constants. For the GPU. UsageError that
 * names a missing weight.
 */
export const fedParameters = (weights: ReadonlyMap<string, Weight>, mostUnpacked?: number): Parameters =>
  parametersOf(
    unpacked(weights, mostUnpacked),
    (name, tensor) =>
      isFed(tensor) ? input(weightInput(name), tensor.shape, typeOf(tensor)) : asConstant(name, tensor),
    true,
  );

/**
 * Frozen weights as inputs of the graph, for programs that run with the weights of several layers. Those in blocks are
 * fed unpacked, as their rows by output [out, in].
 */
export function inputParameters(weights: ReadonlyMap<string, Weight>, fewNodes: boolean): Parameters {
  const made = new Map<string, Value>();
  const build = (name: string): Value => {
    const { kind, shape } = present(weights.get(name), `weight ${name}`);
    return kind === 'dense' ? input(weightInput(name), shape) : transpose(input(weightInput(name), shape.toReversed()));
  };
  const get = (name: string): Value => {
    const value = made.get(name) ?? build(name);
    made.set(name, value);
    return value;
  };
  return { isDense: false, fewNodes, linear: (name, x) => matmul(x, get(name)), dense: get };
}

/** Frozen weights as inputs of the graph as they are stored, for a GPU, which multiplies by blocks. */
export const storedParameters = (weights: ReadonlyMap<string, Weight>): Parameters =>
  parametersOf(weights, (name, tensor) => input(weightInput(name), tensor.shape, typeOf(tensor)), true);

/** One named piece of a flat parameter vector. */
export interface Segment {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** Segments end to end in the given order, and their total size. */
export function layOut(pieces: readonly { name: string; shape: readonly number[] }[]): {
  segments: Segment[];
  size: number;
} {
  let offset = 0;
  const segments = pieces.map(({ name, shape }) => {
    const segment = { name, offset, shape };
    offset += sizeOf(shape);
    return segment;
  });
  return { segments, size: offset };
}

/** The smallest last size of the shapes if all of them fill rows of it, else 1. */
function commonWidth(shapes: readonly Shape[]): number {
  const width = Math.min(...shapes.map((shape) => shape.at(-1) ?? 1));
  return shapes.every((shape) => sizeOf(shape) % width === 0) ? width : 1;
}

/**
 * The pieces of a flat vector [size] as values in their shapes, by name. They are cut as rows of one width: pieces of
 * that width then have their shape.
 */
export function unflatten(flat: Value, segments: readonly Segment[]): Map<string, Value> {
  const width = commonWidth(segments.map(({ shape }) => shape));
  const rows = reshape(flat, [-1, width]);
  return new Map(
    segments.map(({ name, offset, shape }) => [
      name,
      reshape(slice(rows, 0, offset / width, (offset + sizeOf(shape)) / width), shape),
    ]),
  );
}

/** Values of any shapes end to end in one flat vector, in the given order. */
export function flatten(values: readonly Value[]): Value {
  const width = commonWidth(values.map(({ shape }) => shape));
  const rows = values.map((v) => reshape(v, width === 1 ? [-1] : [-1, width]));
  return reshape(concat(rows, 0), [-1]);
}

/** Layout of all weights of a policy in one vector, as pretraining holds them. */
export const weightLayout = (config: PolicyConfig) => layOut(weightNames(config));

/** Weights that are being trained, by name; with `fewNodes` on a GPU. */
export function trainableParameters(values: ReadonlyMap<string, Value>, fewNodes = false): Parameters {
  const get = (name: string): Value => present(values.get(name), `weight ${name}`);
  return { isDense: true, fewNodes, linear: (name, x) => matmul(x, get(name)), dense: get };
}
