/** @file Numbers of the policy and its base on given sequences as the parameters stand, without a gradient pass. */
import type { FloatArray } from '../../lib/floats.ts';
import type { TokenBatch, TokenStatistics } from '../trajectory/tokens.ts';
import { klBetween } from '../objectives/kl.ts';
import type { StepLearner } from './stepLearner.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

/**
 * Next-token arrays [rows, columns], in nats. Two forward passes, whose distributions are read back for the exact
 * divergence where the learner does not give it.
 */
export async function readTokens(
  learner: Pick<StepLearner, 'read'>,
  batch: TokenBatch,
): Promise<Omit<TokenStatistics<FloatArray>, 'loss'>> {
  const own = await learner.read(batch, policySlot, true);
  const base = await learner.read(batch, baseSlot, !own.kl);
  const numbers = { logProbs: own.logProbs, refLogProbs: base.logProbs, entropy: own.entropy };
  if (own.kl) return { ...numbers, kl: own.kl };
  const [p, q] = [own.logDistribution as FloatArray, base.logDistribution as FloatArray];
  const width = p.length / own.logProbs.length;
  const at = (values: FloatArray, i: number): FloatArray => values.subarray(i * width, (i + 1) * width);
  return { ...numbers, kl: own.logProbs.map((_, i) => klBetween(at(p, i), at(q, i))) };
}
