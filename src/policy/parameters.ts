/**
 * @file Where the weights of a forward pass come from: constants of a frozen base, or slices of one flat vector being
 * trained.
 */
import {
  concat,
  constant,
  dequantize,
  matmul,
  matmulNBits,
  type QuantizedAttributes,
  reshape,
  slice,
  transpose,
  type Value,
  sizeOf,
} from '../engine/graph/index.ts';
import { present } from '../lib/assert.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import { BLOCK_SIZE, packedShape, type QuantizedWeight, type Weight } from './quantize.ts';

/** The weights of a policy as graph values. */
export interface Parameters {
  /** The linear map x [n, in] -> x W [n, out]. */
  linear(name: string, x: Value): Value;
  /** A dense weight: embedding [V, d] or norm [d]. */
  dense(name: string): Value;
}

/** A quantized weight as constants; shared by every use in one graph. */
interface Blocks {
  readonly packed: Value;
  readonly scales: Value;
  readonly attributes: QuantizedAttributes;
}

function blocksOf({ bits, shape, packed, scales }: QuantizedWeight): Blocks {
  const [inDim, outDim] = shape;
  return {
    packed: constant(packed, packedShape(shape, bits), 'uint8'),
    scales: constant(scales, [outDim, inDim / BLOCK_SIZE]),
    attributes: { bits, blockSize: BLOCK_SIZE, inDim, outDim },
  };
}

/**
 * Frozen weights as constants of the graph; quantized ones stay in blocks. Throws UsageError naming a missing weight.
 */
export function frozenParameters(weights: ReadonlyMap<string, Weight>): Parameters {
  const made = new Map<string, Value | Blocks>();
  const get = (name: string): Value | Blocks => {
    const known = made.get(name);
    if (known) return known;
    const weight = present(weights.get(name), `weight ${name}`);
    const value = weight.kind === 'dense' ? constant(weight.data, weight.shape) : blocksOf(weight);
    made.set(name, value);
    return value;
  };
  return {
    linear(name, x) {
      const weight = get(name);
      return 'packed' in weight ? matmulNBits(x, weight.packed, weight.scales, weight.attributes) : matmul(x, weight);
    },
    dense(name) {
      const weight = get(name);
      return 'packed' in weight ? transpose(dequantize(weight.packed, weight.scales, weight.attributes)) : weight;
    },
  };
}

/** One named piece of a flat parameter vector. */
export interface Segment {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** Segments laid end to end in the given order, and the length of the whole. */
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

/** The pieces of a flat vector [size] as values in their shapes, by name. */
export function unflatten(flat: Value, segments: readonly Segment[]): Map<string, Value> {
  return new Map(
    segments.map(({ name, offset, shape }) => [name, reshape(slice(flat, 0, offset, offset + sizeOf(shape)), shape)]),
  );
}

/** Values of any shapes laid end to end in one flat vector, in the given order. */
export const flatten = (values: readonly Value[]): Value =>
  concat(
    values.map((v) => reshape(v, [-1])),
    0,
  );

/** Layout of all weights of a policy in one vector, as pretraining holds them. */
export const weightLayout = (config: PolicyConfig) => layOut(weightNames(config));

/** Weights that are being trained, by name. */
export function trainableParameters(values: ReadonlyMap<string, Value>): Parameters {
  const get = (name: string): Value => present(values.get(name), `weight ${name}`);
  return { linear: (name, x) => matmul(x, get(name)), dense: get };
}
