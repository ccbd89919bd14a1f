/** @file Dual-clip PPO (arXiv 1912.09729, eq. 5). */
import { less, min, mul, neg, where } from '../../engine/graph/index.ts';
import type { Algorithm, Setting } from '../algorithm.ts';
import { clippedSurrogateLoss } from '../objectives/clipped.ts';
import { ppo } from './ppo.ts';

const clipRatioC: Setting = { id: 'clip_ratio_c', default: 3, min: 1, max: 100, summary: 'How many times its advantage the loss of a bad token may reach.' };

/** PPO, but where A < 0 the loss is at most -c A: a ratio that has run away upwards no longer pulls. */
export const dualClip: Algorithm = {
  ...ppo,
  id: 'dualClip',
  title: 'Dual-clip PPO',
  summary: 'PPO with a second clip for bad tokens that have become much likelier since they were sampled.',
  formula: 'J = max(min(r A, clip(r, 1−ε, 1+ε) A), c A) where A < 0',
  citation: '1912.09729',
  settings: [...ppo.settings, clipRatioC],
  tokenLoss: (terms) => {
    const [loss, { advantages }] = [clippedSurrogateLoss(terms), terms];
    return where(less(advantages, 0), min(loss, neg(mul(advantages, terms.setting('clip_ratio_c')))), loss); // [B, T]
  },
};
