/**
 * @file Tokens whose gradient a clip of the ratio removes, by bound. On plain numbers: for metrics, and for selections
 * that skip such tokens.
 */
import type { Algorithm } from './algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { clipRatioC, delta, deltaLow } from './settings.ts';

/**
 * `low` and `high` are PPO's clip (TRL's `clip_ratio/low_mean` and `high_mean`), `dual` the second clip (arXiv
 * 1912.09729), `delta` the cap (2505.07291), usually above 1 + epsilon_high, where it acts if A < 0,
 * `delta_low` the floor where A > 0.
 */
export const clipRegionIds = ['low', 'high', 'dual', 'delta', 'delta_low'] as const;
export type ClipRegion = (typeof clipRegionIds)[number];

/**
 * Whether the clip removes the gradient of a token. `ratio` is that of the token or of its completion, by
 * `Algorithm.clips`.
 */
export type Cut = (ratio: number, advantage: number) => boolean;

/** A predicate for each bound in use; empty for algorithms that do not clip to a range around 1. */
export function clipRegions(
  { clips, settings: declared }: Pick<Algorithm, 'clips' | 'settings'>,
  settings: Settings,
): Partial<Record<ClipRegion, Cut>> {
  if ((clips !== 'tokens' && clips !== 'completions') || !declared.some(({ id }) => id === 'epsilon')) return {};
  const { epsilon = 0, epsilon_high: high = epsilon } = settings;
  const { [delta.id]: cap = delta.max, [deltaLow.id]: floor = 0, [clipRatioC.id]: c = clipRatioC.max } = settings;
  return {
    low: (ratio, advantage) => ratio < 1 - epsilon && advantage < 0,
    high: (ratio, advantage) => ratio > 1 + high && advantage > 0,
    ...(c < clipRatioC.max ? { dual: (ratio: number, advantage: number) => ratio > c && advantage < 0 } : {}),
    // The loss takes the smaller branch: the cap acts for A < 0 only beyond PPO's clip, for A > 0 only where it is the
    // tighter bound.
    ...(cap < delta.max
      ? {
          delta: (ratio: number, advantage: number) =>
            ratio > cap && (advantage > 0 ? ratio <= 1 + high : advantage < 0 && ratio > 1 + high),
        }
      : {}),
    ...(floor > 0 ? { delta_low: (ratio: number, advantage: number) => ratio < floor && advantage > 0 } : {}),
  };
}
