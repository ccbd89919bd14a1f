/** @file Numbers of the policy and its base on given sequences as the parameters stand, without a gradient pass. */
import type { Learner } from '../learner/learner.ts';
import type { TokenBatch, TokenStatistics } from '../trajectory/tokens.ts';
import { klBetween } from '../objectives/kl.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

/**
 * Next-token arrays [rows, columns], in nats. Two forward passes, whose distributions are read back for the exact
 * divergence.
 */
export async function readTokens(learner: Learner, batch: TokenBatch): Promise<Omit<TokenStatistics, 'loss'>> {
  const [own, base] = [await learner.read(batch, policySlot, true), await learner.read(batch, baseSlot, true)];
  const [p, q] = [own.logDistribution as Float32Array, base.logDistribution as Float32Array];
  const width = p.length / own.logProbs.length;
  const at = (values: Float32Array, i: number): Float32Array => values.subarray(i * width, (i + 1) * width);
  return {
    logProbs: own.logProbs,
    refLogProbs: base.logProbs,
    entropy: own.entropy,
    kl: own.logProbs.map((_, i) => klBetween(at(p, i), at(q, i))),
  };
}
