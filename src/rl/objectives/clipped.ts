/** @file The clipped loss that TRL's `grpo`, `bnpo`, `dr_grpo` and `dapo` share, with the settings that it and the leash read. */
import { add, clip, min, mul, neg, sub, type Value } from '../../engine/graph/index.ts';
import type { Setting } from '../algorithm.ts';
import { ratio } from './ratio.ts';
import { beta, delta, epsilon, epsilonHigh } from './settings.ts';
import type { Terms } from './terms.ts';

/** Symmetric, without a cap and without a penalty where nothing is given. */
export const clippedSettings: readonly Setting[] = [epsilon, { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' }, { ...delta, default: delta.max }, beta];

/** -min(min(r, delta) A, clip(r, 1 - epsilon, 1 + epsilon_high) A), [B, T]: PPO's clip (arXiv 1707.06347), two-sided (2505.07291). */
export function clippedSurrogateLoss(terms: Terms): Value {
  const [r, { advantages, setting }] = [ratio(terms), terms];
  const capped = mul(clip(r, 0, setting('delta')), advantages);
  const clipped = mul(clip(r, sub(1, setting('epsilon')), add(1, setting('epsilon_high'))), advantages);
  return neg(min(capped, clipped));
}
