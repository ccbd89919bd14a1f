/**
 * @file The clipped loss that TRL's `grpo`, `bnpo`, `dr_grpo` and `dapo` share, with the settings that it and the leash
 * read.
 */
import { add, clip, greater, less, max, min, mul, neg, sub, type Value, where } from '../../engine/graph/index.ts';
import type { Setting } from '../words/setting.ts';
import { ratio } from './ratio.ts';
import { beta, clipRatioC, delta, deltaLow, epsilon, epsilonHigh } from './settings.ts';
import type { Terms } from './terms.ts';

/** Symmetric, without a cap, a floor and a penalty where nothing is given. */
export const clippedSettings: readonly Setting[] = [
  epsilon,
  { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' },
  { ...delta, default: delta.max },
  deltaLow,
  beta,
];

/**
 * r, but at least delta_low where A > 0, [B, T]: the side of good tokens that PPO's clip leaves open (ABC-GRPO, arXiv
 * 2601.03895, bounds it so).
 */
function flooredRatio(terms: Terms): Value {
  const r = ratio(terms);
  return where(greater(terms.advantages, 0), max(r, terms.setting('delta_low')), r);
}

/**
 * -min(min(r, delta) A, clip(r, 1 - epsilon, 1 + epsilon_high) A), [B, T]: PPO's clip (arXiv 1707.06347), two-sided
 * (2505.07291). Where A > 0, r is at least delta_low.
 */
export function clippedSurrogateLoss(terms: Terms): Value {
  const [r, { advantages, setting }] = [flooredRatio(terms), terms];
  const capped = mul(clip(r, 0, setting('delta')), advantages);
  const clipped = mul(clip(r, sub(1, setting('epsilon')), add(1, setting('epsilon_high'))), advantages);
  return neg(min(capped, clipped));
}

/**
 * The loss of each token, but at most -clip_ratio_c A where A < 0, [B, T] (dual clip, arXiv 1912.09729, eq. 5); off at
 * the setting's largest.
 */
export function dualClipped(loss: Value, { advantages, setting }: Pick<Terms, 'advantages' | 'setting'>): Value {
  const c = setting(clipRatioC.id);
  const bounded = where(less(advantages, 0), min(loss, neg(mul(advantages, c))), loss);
  return where(less(c, clipRatioC.max), bounded, loss);
}
