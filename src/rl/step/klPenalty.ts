/** @file The KL penalty in the reward, token by token. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import { type FloatArray, sum, zerosLike } from '../../lib/floats.ts';
import type { StepLearner } from './stepLearner.ts';
import { klNumbers } from '../objectives/kl.ts';
import { readTokens } from './tokenReading.ts';
import { UsageError } from '../../lib/assert.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

/**
 * beta times the divergence at each token, [rows * columns], to be taken off the reward; zeros where the penalty is in
 * the loss, or beta is 0.
 */
export async function rewardPenalties(
  learner: Pick<StepLearner, 'read'>,
  { regulariser }: Algorithm,
  batch: StepBatch,
  settings: Settings,
): Promise<FloatArray> {
  const mask = batch.arrays.mask as FloatArray;
  const beta = settings.beta ?? 0;
  if (regulariser?.placement !== 'reward' || beta === 0 || batch.rows === 0) return zerosLike(mask);
  if (regulariser.kl === 'exactForward')
    throw new UsageError('kl_estimator: exactForward is for the loss; in the reward choose another');
  if (regulariser.kl === 'exact') {
    const { kl } = await readTokens(learner, batch);
    return mask.map((m, i) => (m > 0 ? beta * (kl[i] as number) : 0));
  }
  const { logProbs: reference } = await learner.read(batch, baseSlot);
  // Of rollouts that the policy has moved on from, the sampler's log-probabilities are no longer its own.
  const own = batch.replayed.includes(true)
    ? (await learner.read(batch, policySlot)).logProbs
    : (batch.arrays.oldLogProbs as FloatArray);
  const estimates = klNumbers(regulariser.kl, own, reference);
  return mask.map((m, i) => (m > 0 ? beta * (estimates[i] as number) : 0));
}

/** The sum of the penalties of each completion, [rows]. */
export const perCompletion = (penalties: FloatArray, columns: number): Float32Array =>
  Float32Array.from({ length: penalties.length / columns }, (_, row) =>
    sum(penalties.subarray(row * columns, (row + 1) * columns)),
  );
