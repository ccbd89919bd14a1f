/** @file The weights of a model in the hub's layout, read one tensor at a time and quantized on the way. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { BaseWeights } from '../checkpoint.ts';
import { type PolicyConfig, weightNames, type WeightSpec } from '../config.ts';
import { transposed } from '../hubLayout.ts';
import { BLOCK_SIZE, type Bits, quantizeRows, type Weight } from '../quantize.ts';
import { CheckpointError, quote } from '../safetensorsHeader.ts';
import { requireFinite } from '../safetensors.ts';
import { architectureOf, type HubConfig, policyConfigOf, tensorName } from './architectures.ts';
import type { ModelSource } from './source.ts';
import { findTensors, type PlacedTensor, readFloats } from './tensorFiles.ts';

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
}

/** Most weights of a model that stays at full precision where no bits are asked for. */
const MOST_DENSE = 100e6;

/** Bits of the linear weights where none are asked for. */
export const usualBits = (config: PolicyConfig): Bits | 32 =>
  weightNames(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0) > MOST_DENSE ? 4 : 32;

/** Linear weights are [out, in] in the files. */
const storedShape = ({ kind, shape }: WeightSpec): readonly number[] =>
  kind === 'linear' ? shape.toReversed() : shape;

const isPacked = ({ kind, shape }: WeightSpec, bits: Bits | 32): bits is Bits =>
  kind === 'linear' && bits !== 32 && shape[0] % BLOCK_SIZE === 0;

/** A weight of the policy from the stored numbers. */
function weightOf(spec: WeightSpec, stored: Float32Array, bits: Bits | 32, normOffset: number): Weight {
  const { name, kind, shape } = spec;
  if (kind === 'linear')
    return isPacked(spec, bits)
      ? quantizeRows(stored, shape, bits, name)
      : { kind: 'dense', shape, data: transposed(stored, [shape[1], shape[0]]) };
  return {
    kind: 'dense',
    shape,
    data: kind === 'norm' && normOffset !== 0 ? stored.map((x) => x + normOffset) : stored,
  };
}

/** Tensors that belong to no weight and change nothing: buffers of old files, and a head that is tied. */
const isSpare = (name: string, tiedHead: boolean): boolean =>
  name.endsWith('.rotary_emb.inv_freq') || (tiedHead && name === 'lm_head.weight');

/** Bytes of a weight as it is kept: codes and one scale a block, or single precision. */
function keptBytes(spec: WeightSpec, bits: Bits | 32): number {
  const count = sizeOf(spec.shape);
  return isPacked(spec, bits) ? (count * bits) / 8 + (count / BLOCK_SIZE) * 4 : count * 4;
}

/** Bytes of each weight of a model as it is kept, with linear weights of these bits. */
export const keptWeights = (config: PolicyConfig, bits: Bits | 32): readonly number[] =>
  weightNames(config).map((spec) => keptBytes(spec, bits));

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
  const pairs = specs.map((spec) => {
    const name = tensorName(architecture, spec.name);
    const tensor = left.get(name);
    if (!tensor) throw new CheckpointError(`tensor ${quote(name)} is missing`);
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
  { bits, progress, store }: WeightOptions = {},
): Promise<BaseWeights> {
  const config = policyConfigOf(hub);
  const specs = weightNames(config);
  const pairs = matched(hub, specs, await findTensors(source), config.tiedHead);
  const chosen = bits ?? usualBits(config);
  const allBytes = pairs.reduce((sum, { tensor: { start, end } }) => sum + end - start, 0);
  await store?.expect(keptWeights(config, chosen).reduce((sum, bytes) => sum + bytes, 0));
  const { normOffset = 0 } = architectureOf(hub);
  const read = async ({ spec, name, tensor }: Pair): Promise<Weight> => {
    const stored = await readFloats(source, name, tensor);
    requireFinite(tensor.file, name, stored);
    const weight = weightOf(spec, stored, chosen, normOffset);
    await store?.put(spec, weight);
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
