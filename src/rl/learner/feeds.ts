/** @file Opens a spec as parts of graphs, and makes the feeds of those graphs. */
import { adamW } from '../../engine/optim/adamw.ts';
import { type Optimizer, type Rates, zeroVectors } from '../../engine/optim/optimizer.ts';
import { sizeOf } from '../../engine/graph/index.ts';
import type { HostTensor, Program } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { autoregressivePolicy } from '../../policy/autoregressive.ts';
import { random } from '../../lib/random.ts';
import { decodeCheckpoint, specialTokensOf } from '../../policy/checkpoint.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import type { ForestShape } from '../../policy/forest.ts';
import { frozenParameters, type Parameters } from '../../policy/parameters.ts';
import { parameterSet } from '../../policy/parameterSet.ts';
import type { Weight } from '../../policy/quantize.ts';
import type { SpecialTokens } from '../../policy/sampler.ts';
import { fedTemperature } from '../../policy/sampling.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import { baseSlot } from '../words/slots.ts';
import { settingInput, type TrainedParts } from './graphs.ts';
import { forestShape } from './forestShape.ts';
import type { ScoreJob } from './jobs.ts';
import { columnsOf, type LearnerSpec, type SlotSpec } from './learner.ts';
import { adapterOptimizer } from './optimizer.ts';
import { type LearnerState, mapSlots, type SlotSizes } from './state.ts';

/** A slot with its parameter set over the policy. */
export interface OpenedSlot extends Omit<TrainedParts, 'algorithm'> {
  /** Absent if nothing trains the slot. */
  readonly algorithm?: TrainedParts['algorithm'];
  readonly optimizer: Optimizer;
}

/** The parts of a decoder for its sampler and its micro-batches. */
export interface DecoderFile {
  readonly config: PolicyConfig;
  readonly special: SpecialTokens;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly forest: ForestShape;
  /** Rows that stay together in a micro-batch. */
  readonly unit: number;
}

/** A spec with its policy opened. */
export interface OpenedSpec {
  readonly spec: LearnerSpec;
  readonly policy: TrainedParts['policy'];
  readonly base: Parameters;
  readonly slots: Readonly<Record<string, OpenedSlot>>;
  /** Absent for a policy that is no decoder; `Policy.openSampler` then samples it. */
  readonly decoder?: DecoderFile;
}

/** Opens a spec. Alternatives to `openSpec` are for policies that are no decoders. */
export type OpenSpec = (spec: LearnerSpec) => OpenedSpec;

/** The decoder of a policy file. */
export type DecoderWeights = Pick<DecoderFile, 'config' | 'special' | 'weights'>;

/** Reads the policy file of a spec. Throws the errors of `decodeCheckpoint` for a bad one. */
export function decoderOf({ checkpoint }: LearnerSpec): DecoderWeights {
  const { config, tokenizer, weights } = decodeCheckpoint(checkpoint, true);
  return { config, special: specialTokensOf(tokenizer), weights };
}

/** Opens a spec with the weights of `baseOf`. */
export function openSpec(
  spec: LearnerSpec,
  baseOf: (weights: ReadonlyMap<string, Weight>) => Parameters = frozenParameters,
): OpenedSpec {
  const file = decoderOf(spec);
  const base = baseOf(file.weights);
  // Query heads that share keys put rows on an axis of their own, and the GPU captures graphs of fixed sizes.
  return openDecoder(spec, file, base, base.fewNodes || file.config.kvHeads < file.config.heads);
}

/** Opens a spec with a decoder; `isFixed` as in `ForestShape`. */
export function openDecoder(spec: LearnerSpec, file: DecoderWeights, base: Parameters, isFixed: boolean): OpenedSpec {
  const { config, weights } = file;
  assert(!(baseSlot in spec.slots), `slots: ${baseSlot} is the slot without a set`);
  const algorithms = mapSlots(spec.slots, ({ algorithm }) => algorithm && algorithmOf(algorithm));
  const unit = Object.values(algorithms).some((algorithm) => algorithm?.pairs) ? 2 : 1;
  const decoder = { ...file, forest: forestShape(spec, unit, isFixed), unit };
  const shape = { ...spec, rows: spec.shardSize };
  const policy = autoregressivePolicy({ ...decoder, base, shape, set: null });
  const opened = ({ set, optimizer = adapterOptimizer, reference = true }: SlotSpec, name: string): OpenedSlot => ({
    policy,
    config,
    base,
    set: parameterSet(config, weights, set),
    ...(algorithms[name] ? { algorithm: algorithms[name] } : {}),
    optimizer: adamW(optimizer),
    reference,
  });
  return { spec, policy, base, slots: mapSlots(spec.slots, opened), decoder };
}

/** The initial state: parameters from `seed`, optimizer vectors at 0. */
export const initialState = ({ slots }: Pick<OpenedSpec, 'slots'>, seed: number): LearnerState =>
  mapSlots(slots, ({ set, optimizer }) => ({
    parameters: set.initial(random(seed, 'adapter')),
    optimizer: zeroVectors(optimizer, set.size),
    updates: 0,
  }));

/** The size and optimizer vectors of each slot's state. */
export const slotSizes = ({ slots }: Pick<OpenedSpec, 'slots'>): SlotSizes =>
  mapSlots(slots, ({ set: { size }, optimizer: { vectors } }) => ({ size, vectors }));

export const floats = (data: Float32Array, ...shape: number[]): HostTensor => ({ dtype: 'float32', shape, data });
export const number = (value: number): HostTensor => floats(Float32Array.of(value));

/** Whole rows of tokens [shardSize, T], of which the values of a head are read. */
export const rowFeeds = ({ spec }: OpenedSpec, tokenIds: Int32Array): Record<string, HostTensor> => ({
  tokenIds: { dtype: 'int32', shape: [spec.shardSize, columnsOf(spec) + 1], data: tokenIds },
});

const readBy = ({ inputs }: Pick<Program, 'inputs'>, feeds: readonly (readonly [string, HostTensor])[]) =>
  Object.fromEntries(feeds.filter(([name]) => inputs.includes(name)));

/** Feeds of the leaves that a program reads, with the temperature of the distributions. */
export function trajectoryFeeds(
  { policy }: OpenedSpec,
  program: Pick<Program, 'inputs'>,
  { trajectory, temperature }: ScoreJob,
): Record<string, HostTensor> {
  const leaves = Object.entries(trajectory).map(([name, data]): [string, HostTensor] => {
    const [, ...rest] = present(policy.trajectory[name], `leaf ${name}`).shape;
    const shape = [data.length / sizeOf(rest), ...rest];
    return [name, { dtype: data instanceof Int32Array ? 'int32' : 'float32', shape, data }];
  });
  return readBy(program, [...leaves, ['temperature', number(fedTemperature(temperature))]]);
}

/** Feeds of the arrays [B, C] of one micro-batch and the settings that the objective in `gradient` reads. */
export function objectiveFeeds(
  { policy }: OpenedSpec,
  gradient: Pick<Program, 'inputs'>,
  part: Pick<GradientBatch, 'arrays' | 'settings'>,
): Record<string, HostTensor> {
  const arrays = Object.entries(part.arrays).map(([name, data]) => [name, floats(data, ...policy.choices)] as const);
  const settings = Object.entries(part.settings).map(([id, value]) => [settingInput(id), number(value)] as const);
  return readBy(gradient, [...arrays, ...settings]);
}

/** The scalars of the update that follows `updates` earlier ones. */
export const rateFeeds = (optimizer: Optimizer, rates: Rates, updates: number): Record<string, HostTensor> =>
  mapSlots(optimizer.scalars(rates, updates), number);
