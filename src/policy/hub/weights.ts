/** @file The weights of a model in the hub's layout, read one tensor at a time and quantized on the way. */
import { present } from '../../lib/assert.ts';
import { sizeOf } from '../../engine/graph/index.ts';
import type { BaseWeights } from '../checkpoint.ts';
import { blockedShape, type PolicyConfig, weightNames, type WeightSpec } from '../config.ts';
import { transposed } from '../hubLayout.ts';
import {
  BLOCK_SIZE,
  type Bits,
  type DenseWeight,
  quantizeRows,
  type QuantizedWeight,
  type Weight,
} from '../quantize.ts';
import { CheckpointError, quote } from '../safetensorsHeader.ts';
import { requireFinite } from '../safetensors.ts';
import { architectureOf, type HubConfig, outerNames, policyConfigOf, tensorName } from './architectures.ts';
import type { ModelSource } from './source.ts';
import { findTensors, INDEX, type PlacedTensor, readFloats } from './tensorFiles.ts';

/** Called after each tensor. */
export type ReadProgress = (bytes: number, allBytes: number) => void;

/** Weights that were read before; each is kept as soon as it is there. */
export interface WeightStore {
  /** Called before the first weight is read, with the bytes that all will take here. */
  expect(bytes: number): Promise<void>;
  /** Null if the weight is not there, or damaged. */
  get(spec: WeightSpec): Promise<Weight | null>;
  put(spec: WeightSpec, weight: Weight): Promise<void>;
}

export interface WeightOptions {
  /** Bits of the linear weights, 32 for none; if absent, 4 for a model of more than 100 million weights. */
  readonly bits?: Bits | 32 | undefined;
  readonly progress?: ReadProgress | undefined;
  readonly store?: WeightStore | undefined;
  readonly limits?: typeof LIMITS;
}

/** Limits that tests replace. */
export const LIMITS = {
  /** Most weights of a model that stays at full precision where no bits are asked for, as its embedding always does. */
  dense: 100e6,
  /** Most numbers of a tensor that are read and quantized at once. */
  part: 16e6,
};

/** Bits of the embedding of a larger model: 4 would cost more accuracy there than in other weights. */
const EMBEDDING_BITS = 8;

const isLarge = (config: PolicyConfig, { dense }: typeof LIMITS): boolean =>
  weightNames(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0) > dense;

/** Bits of the linear weights where none are asked for. */
export const usualBits = (config: PolicyConfig, limits = LIMITS): Bits | 32 => (isLarge(config, limits) ? 4 : 32);

/** Bits of each weight of a model whose linear ones get `bits`. */
function bitsOfWeights(config: PolicyConfig, bits: Bits | 32, limits = LIMITS): (spec: WeightSpec) => Bits | 32 {
  const embedding = isLarge(config, limits) ? EMBEDDING_BITS : 32;
  return (spec) => {
    const inputs = blockedShape(spec)?.[0] ?? 1;
    if (bits === 32 || inputs % BLOCK_SIZE !== 0) return 32;
    return spec.kind === 'linear' ? bits : embedding;
  };
}

/** Linear weights are [out, in] in the files. */
const storedShape = ({ kind, shape }: WeightSpec): readonly number[] =>
  kind === 'linear' ? shape.toReversed() : shape;

/** A weight of the policy from the stored numbers. */
function denseOf({ name, kind, shape }: WeightSpec, stored: Float32Array, hub: HubConfig): DenseWeight {
  if (kind === 'linear') return { kind: 'dense', shape, data: transposed(stored, [shape[1], shape[0]]) };
  const { normOffset = 0, queryGain } = architectureOf(hub);
  const gain = name.endsWith('.q_norm') ? (queryGain?.(hub) ?? 1) : 1;
  const isChanged = kind === 'norm' && (normOffset !== 0 || gain !== 1);
  return { kind: 'dense', shape, data: isChanged ? stored.map((x) => gain * (x + normOffset)) : stored };
}

/** Some rows after others. */
function joined(parts: readonly QuantizedWeight[]): QuantizedWeight {
  const [first] = parts as [QuantizedWeight];
  if (parts.length === 1) return first;
  const total = (size: (part: QuantizedWeight) => number) => parts.reduce((sum, part) => sum + size(part), 0);
  const packed = new Uint8Array(total((part) => part.packed.length));
  const scales = new Float32Array(total((part) => part.scales.length));
  let at = 0;
  for (const part of parts) {
    packed.set(part.packed, (at * BLOCK_SIZE * first.bits) / 8);
    scales.set(part.scales, at);
    at += part.scales.length;
  }
  return { ...first, shape: [first.shape[0], total(({ shape }) => shape[1])], packed, scales };
}

/** Reads and quantizes a tensor some rows at a time, so that it is never whole in single precision. */
async function readBlocks(source: ModelSource, { spec, name, tensor }: Pair, bits: Bits, part: number) {
  const [inputs, outputs] = present(blockedShape(spec), 'a weight in blocks');
  const [rowBytes, rows] = [(tensor.end - tensor.start) / outputs, Math.max(1, Math.floor(part / inputs))];
  const parts: QuantizedWeight[] = [];
  for (let from = 0; from < outputs; from += rows) {
    const to = Math.min(outputs, from + rows);
    const [start, end] = [from, to].map((row) => tensor.start + row * rowBytes) as [number, number];
    const stored = await readFloats(source, name, { ...tensor, start, end });
    requireFinite(tensor.file, from === 0 ? name : `${name} from row ${from} on`, stored);
    parts.push(quantizeRows(stored, [inputs, to - from], bits, spec.name));
  }
  return joined(parts);
}

/** Tensors that belong to no weight and change nothing: buffers of old files, and a head that is tied. */
const isSpare = (name: string, tiedHead: boolean): boolean =>
  name.endsWith('.rotary_emb.inv_freq') || (tiedHead && name === outerNames.head);

/** Bytes of a weight as it is kept: codes and one scale a block, or single precision. */
function keptBytes({ shape }: WeightSpec, bits: Bits | 32): number {
  const count = sizeOf(shape);
  return bits !== 32 ? (count * bits) / 8 + (count / BLOCK_SIZE) * 4 : count * 4;
}

/** Bytes of each weight of a model as it is kept, with linear weights of these bits. */
export function keptWeights(config: PolicyConfig, bits: Bits | 32, limits = LIMITS): readonly number[] {
  const bitsOf = bitsOfWeights(config, bits, limits);
  return weightNames(config).map((spec) => keptBytes(spec, bitsOf(spec)));
}

interface Pair {
  readonly spec: WeightSpec;
  readonly name: string;
  readonly tensor: PlacedTensor;
}

/** The tensor of each weight. CheckpointError for one that is missing, of another shape, or of no weight. */
function matched(
  hub: HubConfig,
  specs: readonly WeightSpec[],
  found: ReadonlyMap<string, PlacedTensor>,
  tied: boolean,
): readonly Pair[] {
  const architecture = architectureOf(hub);
  const left = new Map(found);
  const files = new Set([...found.values()].map(({ file }) => file));
  const listing = files.size === 1 ? [...files][0] : INDEX;
  const pairs = specs.map((spec) => {
    const name = tensorName(architecture, spec.name);
    const tensor = left.get(name);
    if (!tensor) throw new CheckpointError(`${listing}: tensor ${quote(name)} is missing`);
    const shape = storedShape(spec);
    if (tensor.shape.join() !== shape.join())
      throw new CheckpointError(
        `${tensor.file}: tensor ${quote(name)} has the shape [${tensor.shape.join(', ')}] where config.json needs [${shape.join(', ')}]`,
      );
    left.delete(name);
    return { spec, name, tensor };
  });
  const surplus = [...left].find(([name]) => !isSpare(name, tied));
  if (surplus)
    throw new CheckpointError(
      `${surplus[1].file}: tensor ${quote(surplus[0])} belongs to no weight of a ${hub.model_type} of this config.json`,
    );
  return pairs;
}

/** Pairs in the order of the files, so that they are read from front to back. */
const inFileOrder = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.toSorted((a, b) =>
    a.tensor.file === b.tensor.file ? a.tensor.start - b.tensor.start : a.tensor.file < b.tensor.file ? -1 : 1,
  );

/**
 * Configuration and weights of a model; weights of the store are not read again. CheckpointError that names file and
 * tensor.
 */
export async function readHubWeights(
  source: ModelSource,
  hub: HubConfig,
  { bits, progress, store, limits = LIMITS }: WeightOptions = {},
): Promise<BaseWeights> {
  const config = policyConfigOf(hub);
  const specs = weightNames(config);
  const pairs = matched(hub, specs, await findTensors(source), config.tiedHead);
  const chosen = bits ?? usualBits(config, limits);
  const bitsOf = bitsOfWeights(config, chosen, limits);
  const allBytes = pairs.reduce((sum, { tensor: { start, end } }) => sum + end - start, 0);
  await store?.expect(keptWeights(config, chosen, limits).reduce((sum, bytes) => sum + bytes, 0));
  const readDense = async ({ spec, name, tensor }: Pair): Promise<Weight> => {
    const stored = await readFloats(source, name, tensor);
    requireFinite(tensor.file, name, stored);
    const weight = denseOf(spec, stored, hub);
    // Offset and gain can take a norm beyond single precision.
    if (spec.kind === 'norm') requireFinite(tensor.file, `${name} with the scale of config.json`, weight.data);
    return weight;
  };
  const read = async (pair: Pair): Promise<Weight> => {
    const own = bitsOf(pair.spec);
    const weight = own === 32 ? await readDense(pair) : await readBlocks(source, pair, own, limits.part);
    await store?.put(pair.spec, weight);
    return weight;
  };
  const weights = new Map<string, Weight>();
  let bytes = 0;
  for (const pair of inFileOrder(pairs)) {
    weights.set(pair.spec.name, (await store?.get(pair.spec)) ?? (await read(pair)));
    bytes += pair.tensor.end - pair.tensor.start;
    progress?.(bytes, allBytes);
  }
  return { config, weights: new Map(specs.map(({ name }) => [name, weights.get(name) as Weight])) };
}
