/** @file The clipped loss that TRL's `grpo`, `bnpo`, `dr_grpo` and `dapo` share, with the settings that it reads. */
import type { Setting } from '../words/setting.ts';
import { beta, clipRatioC, delta, deltaLow, epsilon, epsilonHigh } from './settings.ts';

/** Defaults: a symmetric clip without cap, floor and KL penalty. */
export const clippedSettings: readonly Setting[] = [
  epsilon,
  { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' },
  { ...delta, default: delta.max },
  deltaLow,
  beta,
];

/**
 * The two sides of -min(min(r, delta) A, clip(r, 1 - epsilon, 1 + epsilon_high) A): PPO's clip (arXiv 1707.06347),
 * two-sided (2505.07291). Where A > 0, r is at least delta_low, since PPO's clip has no lower bound there (ABC-GRPO,
 * arXiv 2601.03895).
 */
export const clippedSides = `r = where(A > 0, max(ratio, delta_low), ratio)
ceiling = clip(r, 0, delta) * A
clipped = clip(r, 1 - epsilon, 1 + epsilon_high) * A`;

export const clippedText = `# The ratio to the sampling policy is clipped; delta caps it where A is negative,
# delta_low bounds it from below where A is positive.
${clippedSides}
-min(ceiling, clipped)`;

/**
 * The text of `loss`, but at most -clip_ratio_c A where A < 0 (dual clip, arXiv 1912.09729, eq. 5). No bound if
 * clip_ratio_c is at its maximum.
 */
export const dualClipOf = (loss: string): string =>
  `where(${clipRatioC.id} < ${clipRatioC.max}, where(A < 0, min(${loss}, -(A * ${clipRatioC.id})), ${loss}), ${loss})`;
