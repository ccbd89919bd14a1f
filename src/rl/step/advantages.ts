/**
 * @file Rewards become advantages at every token of a batch: the KL penalty in the reward, shaping, the estimator.
 * Training and the evaluation of an objective on plain numbers share it.
 */
import { float32, type FloatArray, zerosLike } from '../../lib/floats.ts';
import type { AdvantageBatch } from '../advantages/estimator.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { shapedRewards } from '../rewards/shaping.ts';
import { overTokens, type StepBatch } from '../trajectory/batch.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import { perCompletion, rewardPenalties } from './klPenalty.ts';
import type { StepLearner } from './stepLearner.ts';

/** Facts of the completions that advantages are made of: the first rows of the batch, [n]. */
export interface Earned extends Pick<
  AdvantageBatch,
  'groups' | 'completions' | 'rewardTerms' | 'greedyRewards' | 'baseRewards' | 'memory'
> {
  /** Before shaping; NaN where none could be given. */
  readonly rewards: Float32Array;
  /** The steps of each completion, by its reward as the estimator sees it. */
  segments(rewards: Float32Array): AdvantageBatch['segments'];
  /** The critic's value after the last token of each completion, [n]; present where the estimator asks for it. */
  readonly endValues?: Float32Array;
  /** log pi_teacher - log pi_old, [n * columns]; present where the estimator needs a teacher. */
  readonly teacherGains?: Float32Array;
}

export interface AdvantagedBatch {
  /** With advantages and, where the batch has a critic's values, returns. */
  readonly batch: StepBatch;
  /** Shaped rewards, [n]. */
  readonly shaped: Float32Array;
  /** KL penalty that was taken off the reward at each token, [rows * columns]. */
  readonly penalties: FloatArray;
  /** Memory for the next step's estimator. */
  readonly memory: Memory;
}

export interface AdvantageContext {
  readonly learner: Pick<StepLearner, 'read'>;
  readonly algorithm: Algorithm;
  readonly settings: Settings;
  /** The longest that a completion can be, in tokens. */
  readonly completionLength: number;
}

/** Numbers of the first rows, [n * columns], laid out over a batch with more rows; the rest is 0. */
function laidOut(values: FloatArray, mask: FloatArray): FloatArray {
  if (values.length === mask.length) return values;
  const whole = zerosLike(mask);
  whole.set(values);
  return whole;
}

/**
 * The batch with advantages. It has `oldLogProbs` of the policy that sampled, and `oldValues` at sampling where the
 * estimator needs a critic: an estimate belongs to the policy that sampled (arXiv 1506.02438).
 */
export async function withAdvantages(
  { learner, algorithm, settings, completionLength }: AdvantageContext,
  batch: StepBatch,
  { rewards, segments, endValues, teacherGains, ...earned }: Earned,
): Promise<AdvantagedBatch> {
  const { columns } = batch;
  const penalties = await rewardPenalties(learner, algorithm, batch, settings);
  const mask = batch.arrays.mask as FloatArray;
  const ofGroups = (array: FloatArray): Float32Array => float32(array.subarray(0, rewards.length * columns));
  const values = batch.arrays.oldValues;
  const tokens = {
    mask: ofGroups(mask),
    columns,
    penalties: ofGroups(penalties),
    ...(values ? { values: ofGroups(values) } : {}),
    ...(endValues ? { endValues } : {}),
    ...(teacherGains ? { teacherGains } : {}),
  };
  const lengths = earned.completions.map(({ length }) => length);
  const shaped = shapedRewards(rewards, lengths, completionLength, settings);
  const sums = perCompletion(tokens.penalties, columns);
  const penalised = algorithm.advantage.perToken ? shaped : shaped.map((reward, i) => reward - (sums[i] as number));
  const {
    advantages,
    returns,
    memory = {},
  } = algorithm.advantage.estimate({
    ...earned,
    rewards: penalised,
    segments: segments(penalised),
    tokens,
    settings,
  });
  const arrays = {
    ...batch.arrays,
    advantages: laidOut(overTokens(advantages, tokens.mask, columns), mask),
    ...(values && returns ? { returns: laidOut(returns, mask) } : {}),
  };
  return { batch: { ...batch, arrays }, shaped, penalties, memory };
}
