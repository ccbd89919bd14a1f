/** @file Entropy as part of an objective: a bonus for it, and the choice of the tokens where it is high. */
import { mul, reduceSum, type Value } from '../../engine/graph/index.ts';
import { assert } from '../../lib/assert.ts';
import { quantile } from '../../lib/statistics.ts';
import type { Algorithm } from './algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { entropyCoef } from './settings.ts';
import type { Terms } from './terms.ts';

/**
 * The algorithm with loss - entropy_coef x mean token entropy (arXiv 1707.06347, eq. 9; TRL's `entropy_coef`), the
 * entropy exact over the vocabulary. Every token counts the same whatever the aggregation of the objective. `selected`:
 * the bonus acts on the tokens of the selection alone, divided by all tokens.
 */
export const withEntropyBonus = (algorithm: Algorithm, over: 'all' | 'selected'): Algorithm => ({
  ...algorithm,
  settings: [...algorithm.settings, entropyCoef],
  entropyBonus: over,
});

/** The mean token entropy in nats, a scalar; `weights` [B, T] is 1 / tokens on the tokens that count. */
export const meanEntropy = (
  { entropy, selected }: Pick<Terms, 'entropy' | 'selected'>,
  weights: Value,
  over: 'all' | 'selected',
): Value => reduceSum(mul(over === 'selected' ? mul(entropy, selected) : entropy, weights));

/**
 * What the bonus takes off the loss, as a number: entropy_coef x `meanEntropy`; 0 where the algorithm has none. Arrays
 * are [B * T].
 */
export function bonusOf(
  { entropyBonus }: Pick<Algorithm, 'entropyBonus'>,
  { entropy, entropyWeights, selected, settings }: BonusFacts,
): number {
  if (!entropyBonus) return 0;
  const kept = (i: number): number => (entropyBonus === 'selected' ? (selected?.[i] ?? 0) : 1);
  const sum = Array.from(entropy).reduce((total, h, i) => total + kept(i) * (entropyWeights[i] as number) * h, 0);
  return (settings[entropyCoef.id] ?? entropyCoef.default) * sum;
}

interface BonusFacts {
  readonly entropy: ArrayLike<number>;
  readonly entropyWeights: ArrayLike<number>;
  readonly selected?: ArrayLike<number> | undefined;
  readonly settings: Settings;
}

/**
 * 1 on the tokens whose entropy is among the highest share rho of the batch, else 0 (arXiv 2506.01939; TRL's
 * `top_entropy_quantile`): those at or above the (1 - rho) quantile, linear between neighbours, taken over the tokens
 * of `mask` alone. To be multiplied with the token weights, which stay normalised by all tokens. `entropy` in nats and
 * `mask` have the same length.
 */
export function topEntropyMask(entropy: Float32Array, mask: Float32Array, rho: number): Float32Array {
  assert(entropy.length === mask.length, `mask: ${mask.length} entries for ${entropy.length} entropies`);
  assert(rho >= 0 && rho <= 1, `top_entropy_quantile: a share from 0 to 1, not ${rho}`);
  const inside = entropy.filter((_, i) => (mask[i] as number) > 0);
  if (inside.length === 0) return new Float32Array(entropy.length);
  const threshold = quantile(inside, 1 - rho);
  return entropy.map((h, i) => ((mask[i] as number) > 0 && h >= threshold ? 1 : 0));
}
