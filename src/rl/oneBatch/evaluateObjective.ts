/**
 * @file The public entry to the objectives: a name, plain arrays and settings in; loss, gradient and metrics out. The
 * batch takes the way of a step of training, through one compiled graph instead of a policy.
 */
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { sum } from '../../lib/floats.ts';
import { random } from '../../lib/random.ts';
import { batchMetrics } from '../metrics/index.ts';
import { epochsOverMinibatches, type InnerLoopResult } from '../step/innerLoop.ts';
import { advantagedBatch, type GivenAdvantages } from './givenAdvantages.ts';
import { givenBatch, type GivenBatch, withoutExperts } from './givenBatch.ts';
import { type Evaluated, GivenLearner, type ObjectivePrecision } from './givenLearner.ts';
import { checkInput, type CheckedInput, type ObjectiveInput } from './objectiveInput.ts';
import { objectiveByName, type RequestedObjective, requestedObjective } from './objectiveSettings.ts';

export type { ObjectivePrecision } from './givenLearner.ts';

export interface ObjectiveResult {
  readonly loss: number;
  /** dloss/dlogp, [B][T]; 0 where masked. */
  readonly grad: number[][];
  /** dloss/dlogDistribution, [B][T][V]; present where the loss reads the distribution. */
  readonly gradDistribution?: number[][][];
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Tokens that count, by the part that decides it, [B][T] of zeros and ones, 0 where masked: `off_policy`,
   * `importance`, and `selected` by the objective's own choice. Absent without any.
   */
  readonly masks?: Readonly<Record<string, number[][]>>;
}

/** Numbers of the batch's rows, [rows * columns * width], as [B][T][width]; 0 in rows that take no part. */
function unordered(
  numbers: ArrayLike<number>,
  { places, batch: { columns } }: GivenBatch,
  { rows, width }: CheckedInput,
): number[][][] {
  const depth = numbers.length / Math.max(1, places.length * columns);
  const at = (i: number, t: number): number[] =>
    Array.from({ length: depth }, (_, v) => (i < 0 ? 0 : (numbers[(i * columns + t) * depth + v] as number)));
  return Array.from({ length: rows }, (_, b) => {
    const i = places.indexOf(b);
    return Array.from({ length: width }, (_, t) => at(i, t));
  });
}

/** Metrics by TRL's names; a number that is not finite is left out. */
function metricsOf(
  { algorithm, settings }: RequestedObjective,
  given: GivenBatch,
  { batch, penalties }: GivenAdvantages,
  { statistics, bonus, updates }: InnerLoopResult,
  { arrays: { rewards }, excluded }: CheckedInput,
): Record<string, number> {
  const { loss } = statistics;
  const found: Record<string, number> = {
    loss,
    ...batchMetrics({
      algorithm,
      settings,
      batch,
      penalties,
      statistics,
      // An update since then is no disagreement of two arithmetics.
      trainerLogProbs: given.array('oldLogp') ?? statistics.logProbs,
      bonus,
      updates,
    }),
    num_tokens: sum(given.batch.arrays.mask ?? []),
    ...(rewards ? { 'rewards/excluded': excluded.filter(Boolean).length } : {}),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => Number.isFinite(value)));
}

function resultOf(
  { gradient, distributionGradient, masks }: Evaluated,
  loss: number,
  given: GivenBatch,
  checked: CheckedInput,
): Omit<ObjectiveResult, 'metrics'> {
  const perToken = (numbers: ArrayLike<number>): number[][] =>
    unordered(numbers, given, checked).map((row) => row.map(([x = 0]) => x));
  return {
    loss,
    grad: perToken(gradient),
    ...(distributionGradient ? { gradDistribution: unordered(distributionGradient, given, checked) } : {}),
    ...(Object.keys(masks).length > 0
      ? { masks: Object.fromEntries(Object.entries(masks).map(([name, marks]) => [name, perToken(marks)])) }
      : {}),
  };
}

/**
 * Loss, gradient [B][T], metrics and masks of an objective on plain numbers. Completions whose reward is no number are
 * left out and counted. `num_generations` (default: all rows) is the size of the groups that advantages are made from
 * where only rewards are given, and `max_completion_length` (default: T) the constant of Dr. GRPO. `text` is a formula
 * that replaces the loss; advantages, weights and the KL penalty in the reward stay those of `name`. Throws UsageError
 * naming the field and the place, FormulaError with line and column of the text.
 */
export async function evaluateObjective(
  runtime: Runtime,
  name: string,
  input: ObjectiveInput,
  precision: ObjectivePrecision = 'float64',
  text?: string,
): Promise<ObjectiveResult> {
  const read = checkInput(input);
  const requested = requestedObjective(objectiveByName(name), read, text);
  const { algorithm, settings, maxCompletionLength } = requested;
  const { arrays } = read;
  // A divergence that weighs nothing needs no reference.
  const checked =
    settings.beta === 0 && !arrays.refLogp && arrays.logp
      ? { ...read, arrays: { ...arrays, refLogp: arrays.logp } }
      : read;
  const marked = givenBatch(requested, checked);
  const learner = new GivenLearner(runtime, algorithm, marked, precision);
  const given = learner.reads.has('expert') ? marked : { ...marked, batch: withoutExperts(marked.batch) };
  const advantaged = await advantagedBatch(requested, checked, given, learner);
  const result = await epochsOverMinibatches({
    learner,
    algorithm,
    batch: advantaged.batch,
    settings,
    completionLength: maxCompletionLength,
    epochs: 1,
    minibatches: 1,
    learningRate: 0,
    maxGradNorm: 1,
    random: () => random('evaluation'),
    hasMoved: true,
    now: () => 0,
  });
  const metrics = metricsOf(requested, given, advantaged, result, checked);
  // Nothing counts: no gradient was computed.
  const none = { gradient: Array<number>(given.batch.rows * given.batch.columns).fill(0), masks: {} };
  return { ...resultOf(learner.evaluated ?? none, result.statistics.loss, given, checked), metrics };
}
