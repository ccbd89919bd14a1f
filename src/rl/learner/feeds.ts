/** @file What the graphs of a run are opened and fed with, on whichever runtime they are. */
import { corrections } from '../../engine/optim/adamw.ts';
import type { HostTensor, Program } from '../../engine/runtime/runtime.ts';
import { decodeCheckpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import { adapterLayout } from '../../policy/lora.ts';
import { frozenParameters, type Parameters } from '../../policy/parameters.ts';
import type { Weight } from '../../policy/quantize.ts';
import type { SpecialTokens } from '../../policy/sampler.ts';
import { fedTemperature } from '../../policy/sampling.ts';
import { algorithmOf } from '../algorithm/compose.ts';
import { type GraphParts, type GraphShape, settingInput } from './graphs.ts';
import { columnsOf, type LearnerSpec, type UpdateRates } from './learner.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import { adapterOptimizer } from './optimizer.ts';

/** A spec with its policy file read. */
export interface OpenedSpec extends GraphParts {
  readonly spec: LearnerSpec;
  readonly special: SpecialTokens;
  readonly weights: ReadonlyMap<string, Weight>;
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
  return {
    spec,
    config,
    special: { padId, endIds },
    weights,
    base: baseOf(weights),
    layout: adapterLayout(config, spec.lora),
    algorithm: algorithmOf(spec.algorithm),
    shape: { rows: spec.shardSize, length: spec.promptLength + spec.completionLength },
  };
}

export const floats = (data: Float32Array, ...shape: number[]): HostTensor => ({ dtype: 'float32', shape, data });
export const number = (value: number): HostTensor => floats(Float32Array.of(value));

/** Rows start..start+size of a [rows, width] array; rows that are not there are filled with `fill`. */
export function rowsOf<A extends Float32Array | Int32Array>(
  array: A,
  width: number,
  start: number,
  size: number,
  fill = 0,
): A {
  const part = array.slice(start * width, (start + size) * width) as A;
  if (part.length === size * width) return part;
  const whole = new (array.constructor as new (length: number) => A)(size * width);
  if (fill !== 0) whole.fill(fill);
  whole.set(part as never);
  return whole;
}

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

/** One shard of each array of a batch, padded with zeros. */
export function arrayShard(
  { arrays }: Pick<GradientBatch, 'arrays'>,
  columns: number,
  start: number,
  size: number,
): GradientBatch['arrays'] {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, rowsOf(array, columns, start, size)]));
}

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
export function rateFeeds({ learningRate, maxGradNorm }: UpdateRates, updates: number): Record<string, HostTensor> {
  const { firstCorrection, secondCorrection } = corrections(adapterOptimizer, updates + 1);
  return {
    learningRate: number(learningRate),
    maxGradNorm: number(maxGradNorm),
    firstCorrection: number(firstCorrection),
    secondCorrection: number(secondCorrection),
  };
}
