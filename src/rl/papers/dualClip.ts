/** @file Dual-clip PPO (arXiv 1912.09729, eq. 5). */
import type { Algorithm } from '../objectives/algorithm.ts';
import { clippedSurrogateLoss, dualClipped } from '../objectives/clipped.ts';
import { clipRatioC } from '../objectives/settings.ts';
import { ppo } from './ppo.ts';

/** PPO, but where A < 0 the loss is at most -c A: a ratio that has run away upwards no longer pulls. */
export const dualClip: Algorithm = {
  ...ppo,
  id: 'dualClip',
  title: 'Dual-clip PPO',
  summary: 'PPO with a second clip for bad tokens that have become much likelier since they were sampled.',
  formula: 'J = max(min(r A, clip(r, 1−ε, 1+ε) A), c A) where A < 0',
  citation: '1912.09729',
  settings: [...ppo.settings, clipRatioC],
  tokenLoss: (terms) => dualClipped(clippedSurrogateLoss(terms), terms), // [B, T]
};
