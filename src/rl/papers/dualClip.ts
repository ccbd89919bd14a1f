/** @file Dual-clip PPO (arXiv 1912.09729, eq. 5). */
import { clippedSides, dualClipOf } from '../objectives/clipped.ts';
import { variant } from '../formula/paper.ts';
import { clipRatioC } from '../objectives/settings.ts';
import { ppo } from './ppo.ts';

/** PPO, but where A < 0 the loss is at most -c A, so that a ratio above c gives no gradient. */
export const dualClip = variant(ppo, {
  id: 'dualClip',
  title: 'Dual-clip PPO',
  summary: 'PPO with a second clip for bad tokens that have become much likelier since they were sampled.',
  formula: 'J = max(min(r A, clip(r, 1−ε, 1+ε) A), c A) where A < 0',
  citation: '1912.09729',
  trl: { none: 'TRL has no dual clip' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  settings: [...ppo.settings, clipRatioC],
  text: `# PPO, but a bad token loses at most c times its advantage.
${clippedSides}
loss = -min(ceiling, clipped)
${dualClipOf('loss')}`,
});
