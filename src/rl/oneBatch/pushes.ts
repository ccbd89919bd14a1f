/**
 * @file The push of a loss on every token of a step's batch, and which settings change it: the loss of the step as one
 * graph of log-probabilities, with the weights, selection and masks of the step.
 */
import type { Runtime } from '../../engine/runtime/runtime.ts';
import type { FloatArray } from '../../lib/floats.ts';
import type { Random } from '../../lib/random.ts';
import { settingInput } from '../learner/graphs.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { epochsOverMinibatches } from '../step/innerLoop.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import type { TokenStatistics } from '../trajectory/tokens.ts';
import type { Setting, Settings } from '../words/setting.ts';
import type { GivenBatch } from './givenBatch.ts';
import { GivenLearner } from './givenLearner.ts';
import { type ArrayField, distributionFields, type DistributionField } from './objectiveInput.ts';

/** A step's batch before its first update. */
export interface PushedBatch {
  readonly algorithm: Algorithm;
  readonly batch: StepBatch;
  /** Numbers of the policy before the update, [rows * columns]. */
  readonly statistics: Omit<TokenStatistics<FloatArray>, 'loss'>;
  readonly settings: Settings;
  /** Ids of settings with a value of their own, which do not follow the one that they are the same as. */
  readonly given: ReadonlySet<string>;
  readonly completionLength: number;
  random(...key: readonly (string | number)[]): Random;
  /** Distributions of the policy and its base, [rows * columns * V]; read only if the loss reads them. */
  distributions(): Promise<Readonly<Record<DistributionField, FloatArray>>>;
}

export interface BatchPushes {
  /** -d loss / d log p of every token, [rows * columns]: above 0 the token is reinforced. */
  readonly pushes: Float64Array;
  /** The loss also has a gradient through the distribution, the entropy or the critic's values, not in `pushes`. */
  readonly leavesOut: boolean;
  /** By setting of the loss: the pushes with that setting moved by a tenth, less `pushes`. */
  readonly moved: Readonly<Record<string, Float64Array>>;
}

/** The value a tenth larger, or smaller at the upper bound; a tenth of the range from 0. */
function movedSetting({ min, max }: Pick<Setting, 'min' | 'max'>, value: number): number {
  if (value === 0) return Math.min(max, 0.1 * (max - min));
  const [more, less] = [value * 1.1, value / 1.1];
  return more >= min && more <= max ? more : Math.max(min, Math.min(max, less));
}

const fieldsOf = ({
  batch,
  statistics,
}: PushedBatch): Readonly<Partial<Record<ArrayField, FloatArray | undefined>>> => ({
  logp: statistics.logProbs,
  refLogp: statistics.refLogProbs,
  entropy: statistics.entropy,
  oldLogp: batch.arrays.oldLogProbs,
  samplerLogp: batch.arrays.samplerLogProbs,
  // Before the first update the critic's values are those at sampling.
  values: batch.arrays.oldValues,
});

/** The batch as an evaluation takes it: a row's tokens are its number. */
async function givenOf(pushed: PushedBatch, isWhole: boolean): Promise<GivenBatch> {
  const { batch } = pushed;
  const { rows, columns } = batch;
  const fields: Readonly<Record<string, FloatArray | undefined>> = {
    ...fieldsOf(pushed),
    ...(isWhole ? await pushed.distributions() : {}),
  };
  return {
    places: [...Array(rows).keys()],
    batch: {
      ...batch,
      tokenIds: Int32Array.from({ length: rows * (columns + 1) }, (_, i) => Math.floor(i / (columns + 1))),
    },
    array: (field) => (fields[field] ? Float64Array.from(fields[field]) : undefined),
  };
}

/** The pushes under these settings, and whether the loss has other gradients. */
async function evaluated(
  learner: GivenLearner,
  { algorithm, completionLength, random }: PushedBatch,
  batch: StepBatch,
  settings: Settings,
): Promise<Pick<BatchPushes, 'pushes' | 'leavesOut'>> {
  learner.evaluated = null;
  await epochsOverMinibatches({
    learner,
    algorithm,
    batch,
    settings,
    completionLength,
    epochs: 1,
    minibatches: 1,
    learningRate: 0,
    maxGradNorm: 1,
    random,
    hasMoved: true,
    now: () => 0,
  });
  const pushes = new Float64Array(batch.rows * batch.columns);
  const found = learner.evaluated as GivenLearner['evaluated'];
  batch.order.forEach((row, i) => {
    for (let t = 0; t < batch.columns; t++)
      pushes[row * batch.columns + t] = 0 - (found?.gradient[i * batch.columns + t] ?? 0);
  });
  return {
    pushes,
    leavesOut:
      found?.distributionGradient !== undefined || learner.reads.has('values') || algorithm.entropyBonus !== undefined,
  };
}

/** The pushes of the whole batch as one update. Errors as `GivenLearner`. */
export async function batchPushes(runtime: Runtime, pushed: PushedBatch): Promise<BatchPushes> {
  const { algorithm, settings } = pushed;
  if (pushed.batch.rows === 0) return { pushes: new Float64Array(), leavesOut: false, moved: {} };
  const plain = await givenOf(pushed, false);
  let learner = new GivenLearner(runtime, algorithm, plain, 'float32');
  if (distributionFields.some((field) => learner.reads.has(field)))
    learner = new GivenLearner(runtime, algorithm, await givenOf(pushed, true), 'float32');
  const { pushes, leavesOut } = await evaluated(learner, pushed, plain.batch, settings);
  const moved: Record<string, Float64Array> = {};
  for (const setting of algorithm.settings) {
    const value = settings[setting.id];
    if (value === undefined || !learner.reads.has(settingInput(setting.id))) continue;
    const to = movedSetting(setting, value);
    const following = algorithm.settings.filter(({ id, sameAs }) => sameAs === setting.id && !pushed.given.has(id));
    const changes = Object.fromEntries([setting, ...following].map(({ id }) => [id, to]));
    const other = await evaluated(learner, pushed, plain.batch, { ...settings, ...changes });
    moved[setting.id] = other.pushes.map((push, i) => push - (pushes[i] as number));
  }
  return { pushes, leavesOut, moved };
}
