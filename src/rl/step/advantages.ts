/**
 * @file Rewards become advantages at every token of the step's batch: shaping, the KL penalty in the reward, the
 * critic, the estimator.
 */
import type { Task } from '../../tasks/task.ts';
import type { AdvantageBatch } from '../advantages/estimator.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import { overTokens, stepBatch, type StepBatch } from '../trajectory/batch.ts';
import type { TrainConfig } from '../config/config.ts';
import { perCompletion, rewardPenalties } from './klPenalty.ts';
import type { Judged, JudgedTrajectory, Samples } from '../trajectory/groups.ts';
import { segmentsOf, writtenCount } from '../trajectory/trajectory.ts';
import { groupIdsOf } from '../words/groupIds.ts';
import { weightAt } from '../rewards/composer.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { greedyRewards } from './samplingTools.ts';
import { shapedRewards } from '../rewards/shaping.ts';
import type { StepContext } from './context.ts';
import { policySlot } from '../words/slots.ts';

export interface CreditedBatch {
  readonly batch: StepBatch;
  /** KL penalty taken off the reward at each token, [rows * columns]. */
  readonly penalties: Float32Array;
  /** The estimator's memory for the next step. */
  readonly memory: Memory;
}

/** Next-token arrays, but for `everyValue`: that is the critic's value at all positions, [rows, columns + 1]. */
type OwnReading = Readonly<Partial<Record<'oldLogProbs' | 'values' | 'everyValue', Float32Array>>>;

/** The trainer's own log-probabilities and values of the batch before any update, where a part asks for them. */
async function ownReading(
  { algorithm, learner }: StepContext,
  batch: StepBatch,
  settings: Settings,
): Promise<OwnReading> {
  const corrected = algorithm.settings.some(({ id }) => id === 'importance_sampling_cap');
  if (batch.rows === 0 || (!corrected && algorithm.advantage.needs !== 'critic')) return {};
  const { logProbs, values } = await learner.read(batch, policySlot);
  const mask = batch.arrays.mask as Float32Array;
  return {
    ...(corrected ? { oldLogProbs: logProbs.map((lp, i) => (mask[i] as number) * lp) } : {}),
    ...(values ? { values } : {}),
    ...(algorithm.advantage.readsEndValues?.(settings) ? { everyValue: await learner.values(batch) } : {}),
  };
}

/** Shaped scores of each reward term over completions, with its weight at this step. */
const weighedTerms = (
  task: Task,
  config: TrainConfig,
  completions: readonly Pick<Judged, 'shapedTerms'>[],
  step: number,
): AdvantageBatch['rewardTerms'] =>
  rewardTerms(task, config).map(({ id, weight, schedule }) => ({
    weight: weightAt(weight, schedule, step),
    scores: Float32Array.from(completions, ({ shapedTerms }) => shapedTerms[id] ?? 0),
  }));

/** Numbers of the first rows, [n] or [n * columns], laid out over a batch with more rows; the rest is 0. */
function laidOut(values: Float32Array, mask: Float32Array): Float32Array {
  const whole = new Float32Array(mask.length);
  whole.set(values);
  return whole;
}

/** The value after the last token of each completion, [B], of values at every position of a row, [B * width]. */
const valuesAfter = (completions: readonly JudgedTrajectory[], values: Float32Array, width: number): Float32Array =>
  Float32Array.from(completions, ({ ids }, row) => values[row * width + ids.length - 1] as number);

/** The batch of a step with advantages, rewards as the objective sees them and, with a critic, values and returns. */
export async function creditedBatch(
  context: StepContext,
  samples: Samples,
  step: number,
  settings: Settings,
): Promise<CreditedBatch> {
  const { config, task, algorithm, tokenizer, learner, memory, completionLength } = context;
  const raw = stepBatch(samples, tokenizer.padId, config.temperature, context);
  const { oldLogProbs, values, everyValue } = await ownReading(context, raw, settings);
  const batch = { ...raw, arrays: { ...raw.arrays, ...(oldLogProbs ? { oldLogProbs } : {}) } };
  const penalties = await rewardPenalties(learner, algorithm, batch, settings);

  // Rows begin with the completions of all groups; an estimator sees these alone.
  const completions = samples.groups.flatMap((group) => group.completions);
  const lengths = completions.map(writtenCount);
  const ofGroups = (array: Float32Array): Float32Array => array.subarray(0, completions.length * batch.columns);
  const mask = batch.arrays.mask as Float32Array;
  const tokens = {
    mask: ofGroups(mask),
    columns: batch.columns,
    penalties: ofGroups(penalties),
    ...(values ? { values: ofGroups(values) } : {}),
    ...(everyValue ? { endValues: valuesAfter(completions, everyValue, batch.columns + 1) } : {}),
  };
  const shaped = shapedRewards(
    Float32Array.from(completions, ({ reward }) => reward),
    lengths,
    completionLength,
    settings,
  );
  const sums = perCompletion(tokens.penalties, batch.columns);
  const rewards = algorithm.advantage.perToken ? shaped : shaped.map((reward, i) => reward - (sums[i] as number));
  const {
    advantages,
    returns,
    memory: carried = {},
  } = algorithm.advantage.estimate({
    rewards,
    groups: groupIdsOf(samples.groups.map((group) => group.completions.length)),
    segments: completions.map((completion, i) => segmentsOf(completion, rewards[i] as number)),
    tokens,
    settings,
    memory,
    completions: completions.map(({ terminated }, i) => ({
      length: lengths[i] as number,
      terminated,
    })),
    rewardTerms: weighedTerms(task, config, completions, step),
    ...(algorithm.advantage.needs === 'greedy'
      ? { greedyRewards: await greedyRewards(context, samples.groups, step) }
      : {}),
  });
  const seen = samples.rows.map(({ reward }, row) => shaped[row] ?? reward);
  const arrays = {
    ...batch.arrays,
    advantages: laidOut(overTokens(advantages, tokens.mask, batch.columns), mask),
    rewards: overTokens(
      Float32Array.from(seen, (r) => (Number.isFinite(r) ? r : 0)),
      mask,
      batch.columns,
    ),
    ...(values && returns ? { oldValues: values, returns: laidOut(returns, mask) } : {}),
  };
  return { batch: { ...batch, arrays }, penalties, memory: carried };
}
