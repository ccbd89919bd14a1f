/** @file Two-sided clipping (INTELLECT-2, arXiv 2505.07291, section 3.4; TRL's `delta`). */
import { variant } from '../formula/paper.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { clippedSettings, clippedText } from '../objectives/clipped.ts';
import { delta } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO, but the ratio of the unclipped branch is capped at delta, which bounds the loss of a token with A < 0 that
 * became likely.
 */
export const intellect2 = variant(grpo, {
  id: 'intellect2',
  title: 'INTELLECT-2 (two-sided clip)',
  summary: 'GRPO with a cap also on the side that its clip leaves open: bad tokens whose ratio has run away.',
  formula: 'J = E[min(min(r, δ) A, clip(r, 1−ε, 1+ε) A) − β k3]',
  citation: '2505.07291',
  trl: { lossType: 'dapo' },
  verl: { none: 'verl has no cap of the ratio (delta)' },
  settings: clippedSettings.map((setting) => (setting.id === delta.id ? delta : setting)),
  tokenWeights: tokenMean,
  text: clippedText,
});
