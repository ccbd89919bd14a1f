/** @file Opens a spec as parts of graphs, and makes the feeds of those graphs. */
import { adamW } from '../../engine/optim/adamw.ts';
import { type Optimizer, type Rates, zeroVectors } from '../../engine/optim/optimizer.ts';
import type { HostTensor, Program } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { autoregressivePolicy } from '../../policy/autoregressive.ts';
import { random } from '../../lib/random.ts';
import { decodeCheckpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import { frozenParameters, type Parameters } from '../../policy/parameters.ts';
import { parameterSet } from '../../policy/parameterSet.ts';
import type { Weight } from '../../policy/quantize.ts';
import type { SpecialTokens } from '../../policy/sampler.ts';
import { fedTemperature } from '../../policy/sampling.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import { baseSlot } from '../words/slots.ts';
import { settingInput, type TrainedParts } from './graphs.ts';
import { columnsOf, type LearnerSpec, type SlotSpec } from './learner.ts';
import { adapterOptimizer } from './optimizer.ts';
import { type LearnerState, mapSlots, type SlotSizes } from './state.ts';

/** A slot with its parameter set over the policy. */
export interface OpenedSlot extends Omit<TrainedParts, 'algorithm'> {
  /** Absent if nothing trains the slot. */
  readonly algorithm?: TrainedParts['algorithm'];
  readonly optimizer: Optimizer;
}

/** The parts of a decoder for its sampler. */
export interface DecoderFile {
  readonly config: PolicyConfig;
  readonly special: SpecialTokens;
  readonly weights: ReadonlyMap<string, Weight>;
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

/** Opens a spec with the weights of `baseOf`. Throws the errors of `decodeCheckpoint` for a bad policy file. */
export function openSpec(
  spec: LearnerSpec,
  baseOf: (weights: ReadonlyMap<string, Weight>) => Parameters = frozenParameters,
): OpenedSpec {
  const { config, tokenizer, weights } = decodeCheckpoint(spec.checkpoint);
  const { padId, endIds } = tokenizerFrom(tokenizer);
  const decoder = { config, special: { padId, endIds }, weights };
  const base = baseOf(weights);
  assert(!(baseSlot in spec.slots), `slots: ${baseSlot} is the slot without a set`);
  const shape = { ...spec, rows: spec.shardSize };
  const policy = autoregressivePolicy({ ...decoder, base, shape, set: null });
  const opened = ({ set, algorithm, optimizer = adapterOptimizer, reference = true }: SlotSpec): OpenedSlot => ({
    policy,
    config,
    base,
    set: parameterSet(config, weights, set),
    ...(algorithm ? { algorithm: algorithmOf(algorithm) } : {}),
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

/** The leaves of one shard's trajectories by name; tokenIds [shardSize, T] for a decoder. */
export type Leaves = Readonly<Record<string, Float32Array | Int32Array>>;

export const leafFeeds = ({ policy }: OpenedSpec, leaves: Leaves): Record<string, HostTensor> =>
  mapSlots(leaves, (data, name) => ({
    dtype: data instanceof Int32Array ? 'int32' : 'float32',
    shape: present(policy.trajectory[name], `leaf ${name}`).shape,
    data,
  }));

/** Feeds of trajectories, with the temperature of the distributions. */
export const trajectoryFeeds = (
  opened: OpenedSpec,
  leaves: Leaves,
  temperature: number,
): Record<string, HostTensor> => ({
  ...leafFeeds(opened, leaves),
  temperature: number(fedTemperature(temperature)),
});

/** Feeds of the arrays [shardSize, columns] of one shard and the settings that the objective in `gradient` reads. */
export function objectiveFeeds(
  { spec }: OpenedSpec,
  gradient: Pick<Program, 'inputs'>,
  part: Pick<GradientBatch, 'arrays' | 'settings'>,
): Record<string, HostTensor> {
  const arrays = Object.entries(part.arrays).map(
    ([name, data]) => [name, floats(data, spec.shardSize, columnsOf(spec))] as const,
  );
  const settings = Object.entries(part.settings).map(([id, value]) => [settingInput(id), number(value)] as const);
  return Object.fromEntries([...arrays, ...settings].filter(([name]) => gradient.inputs.includes(name)));
}

/** The scalars of the update that follows `updates` earlier ones. */
export const rateFeeds = (optimizer: Optimizer, rates: Rates, updates: number): Record<string, HostTensor> =>
  mapSlots(optimizer.scalars(rates, updates), number);
