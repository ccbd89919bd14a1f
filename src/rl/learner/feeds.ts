/** @file What the graphs of a run are opened and fed with, on whichever runtime they are. */
import { adamW } from '../../engine/optim/adamw.ts';
import { type Optimizer, type Rates, zeroVectors } from '../../engine/optim/optimizer.ts';
import type { HostTensor, Program } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
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
import { type GraphShape, settingInput, type TrainedParts } from './graphs.ts';
import { columnsOf, type LearnerSpec, type SlotSpec } from './learner.ts';
import { adapterOptimizer } from './optimizer.ts';
import { type LearnerState, mapSlots, type SlotSizes } from './state.ts';

/** A slot with its set laid out over the policy. */
export interface OpenedSlot extends Omit<TrainedParts, 'algorithm'> {
  /** Absent where nothing trains it. */
  readonly algorithm?: TrainedParts['algorithm'];
  readonly optimizer: Optimizer;
}

/** A spec with its policy file read. */
export interface OpenedSpec {
  readonly spec: LearnerSpec;
  readonly config: PolicyConfig;
  readonly base: Parameters;
  readonly special: SpecialTokens;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly slots: Readonly<Record<string, OpenedSlot>>;
  /** Of the score and gradient graphs. */
  readonly shape: GraphShape;
}

/** The graphs take their weights from `baseOf`. Throws what `decodeCheckpoint` throws for a bad policy file. */
export function openSpec(
  spec: LearnerSpec,
  baseOf: (weights: ReadonlyMap<string, Weight>) => Parameters = frozenParameters,
): OpenedSpec {
  const { config, tokenizer, weights } = decodeCheckpoint(spec.checkpoint);
  const { padId, endIds } = tokenizerFrom(tokenizer);
  const base = baseOf(weights);
  assert(!(baseSlot in spec.slots), `slots: ${baseSlot} is the slot without a set`);
  const opened = ({ set, algorithm, optimizer = adapterOptimizer, reference = true }: SlotSpec): OpenedSlot => ({
    config,
    base,
    set: parameterSet(config, weights, set),
    ...(algorithm ? { algorithm: algorithmOf(algorithm) } : {}),
    optimizer: adamW(optimizer),
    reference,
  });
  return {
    spec,
    config,
    special: { padId, endIds },
    weights,
    base,
    slots: mapSlots(spec.slots, opened),
    shape: { rows: spec.shardSize, length: spec.promptLength + spec.completionLength },
  };
}

/** The state that slots start from: fresh parameters and an optimizer at rest. */
export const initialState = ({ slots }: Pick<OpenedSpec, 'slots'>, seed: number): LearnerState =>
  mapSlots(slots, ({ set, optimizer }) => ({
    parameters: set.initial(random(seed, 'adapter')),
    optimizer: zeroVectors(optimizer, set.size),
    updates: 0,
  }));

/** What the states of the slots must fit. */
export const slotSizes = ({ slots }: Pick<OpenedSpec, 'slots'>): SlotSizes =>
  mapSlots(slots, ({ set: { size }, optimizer: { vectors } }) => ({ size, vectors }));

export const floats = (data: Float32Array, ...shape: number[]): HostTensor => ({ dtype: 'float32', shape, data });
export const number = (value: number): HostTensor => floats(Float32Array.of(value));

/** Sequences of one shard, tokenIds [shardSize, T]. */
export const idFeeds = ({ shape }: OpenedSpec, tokenIds: Int32Array): Record<string, HostTensor> => ({
  tokenIds: { dtype: 'int32', shape: [shape.rows, shape.length], data: tokenIds },
});

/** The same with the temperature that distributions are divided by. */
export const tokenFeeds = (
  opened: OpenedSpec,
  tokenIds: Int32Array,
  temperature: number,
): Record<string, HostTensor> => ({
  ...idFeeds(opened, tokenIds),
  temperature: number(fedTemperature(temperature)),
});

/**
 * What the objective in `gradient` takes of one shard: those of its arrays [shardSize, columns] and settings that it
 * reads.
 */
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
