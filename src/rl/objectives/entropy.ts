/** @file Entropy in an objective: the bonus, and the selection of tokens with high entropy. */
import { mul, reduceSum, type Value } from '../../engine/graph/index.ts';
import { assert } from '../../lib/assert.ts';
import { quantile } from '../../lib/statistics.ts';
import type { Algorithm } from './algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { entropyCoef } from './settings.ts';
import type { Terms } from './terms.ts';

/**
 * The algorithm with loss - entropy_coef x mean token entropy (arXiv 1707.06347, eq. 9; TRL's `entropy_coef`), with the
 * exact entropy over the vocabulary. The mean is over tokens for any aggregation of the objective. `selected`: sums
 * over the selected tokens only, divided by all.
 */
export const withEntropyBonus = (algorithm: Algorithm, over: 'all' | 'selected'): Algorithm => ({
  ...algorithm,
  settings: [...algorithm.settings, entropyCoef],
  entropyBonus: over,
});

/** Mean token entropy in nats, a scalar; `weights` [B, T] is 1 / tokens on the tokens that count, else 0. */
export const meanEntropy = (
  { entropy, selected }: Pick<Terms, 'entropy' | 'selected'>,
  weights: Value,
  over: 'all' | 'selected',
): Value => reduceSum(mul(over === 'selected' ? mul(entropy, selected) : entropy, weights));

/**
 * The number that the bonus subtracts from the loss: entropy_coef x `meanEntropy`; 0 if the algorithm has no bonus.
 * Arrays are [B * T].
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
 * 1 on the share rho of the tokens with the highest entropy, else 0 (arXiv 2506.01939; TRL's `top_entropy_quantile`):
 * entropy at or above the (1 - rho) quantile of the tokens in `mask`, interpolated linearly. Multiplies token weights,
 * which stay normalised by all tokens. `entropy` is in nats. UsageError if the lengths differ or rho is outside 0 .. 1.
 */
export function topEntropyMask(entropy: Float32Array, mask: Float32Array, rho: number): Float32Array {
  assert(entropy.length === mask.length, `mask: ${mask.length} entries for ${entropy.length} entropies`);
  assert(rho >= 0 && rho <= 1, `top_entropy_quantile: a share from 0 to 1, not ${rho}`);
  const inside = entropy.filter((_, i) => (mask[i] as number) > 0);
  if (inside.length === 0) return new Float32Array(entropy.length);
  const threshold = quantile(inside, 1 - rho);
  return entropy.map((h, i) => ((mask[i] as number) > 0 && h >= threshold ? 1 : 0));
}
