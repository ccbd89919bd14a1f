/** @file Entropy as part of an objective: a bonus for it, and the choice of the tokens where it is high. */
import { mul, sub } from '../../engine/graph/index.ts';
import { assert } from '../../lib/assert.ts';
import { quantile } from '../../lib/statistics.ts';
import type { Algorithm } from '../algorithm.ts';
import { entropyCoef } from './settings.ts';

/** The algorithm with L - entropy_coef H at each token (arXiv 1707.06347, eq. 9), H exact over the vocabulary. */
export const withEntropyBonus = (algorithm: Algorithm): Algorithm => ({
  ...algorithm,
  settings: [...algorithm.settings, entropyCoef],
  tokenLoss: (terms) => sub(algorithm.tokenLoss(terms), mul(terms.setting(entropyCoef.id), terms.entropy)),
});

/**
 * 1 on the tokens whose entropy is among the highest share rho of the batch, else 0 (arXiv 2506.01939; TRL's `top_entropy_quantile`):
 * those at or above the (1 - rho) quantile, linear between neighbours, taken over the tokens of `mask` alone. To be multiplied with the
 * token weights, which stay normalised by all tokens. `entropy` in nats and `mask` have the same length.
 */
export function topEntropyMask(entropy: Float32Array, mask: Float32Array, rho: number): Float32Array {
  assert(entropy.length === mask.length, `mask: ${mask.length} entries for ${entropy.length} entropies`);
  assert(rho >= 0 && rho <= 1, `top_entropy_quantile: a share from 0 to 1, not ${rho}`);
  const inside = entropy.filter((_, i) => (mask[i] as number) > 0);
  if (inside.length === 0) return new Float32Array(entropy.length);
  const threshold = quantile(inside, 1 - rho);
  return entropy.map((h, i) => ((mask[i] as number) > 0 && h >= threshold ? 1 : 0));
}
