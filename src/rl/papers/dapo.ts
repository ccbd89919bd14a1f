/** @file DAPO (arXiv 2503.14476): its objective; dynamic sampling and overlong shaping belong to the loop and the reward. */
import type { Algorithm } from '../algorithm.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { clippedLoss, clippedSettings } from '../objectives/clipped.ts';
import { epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/** GRPO, but the ratio may rise further than it may fall, and every token of the batch counts the same. The paper has beta 0. */
export const dapo: Algorithm = {
  ...grpo,
  id: 'dapo',
  title: 'DAPO (objective)',
  summary: 'GRPO with more room upwards, so that rare tokens can become likelier, averaged over all tokens.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε_high) A) / tokens − β k3',
  citation: '2503.14476',
  settings: clippedSettings.map((setting) => (setting.id === epsilonHigh.id ? epsilonHigh : setting)),
  tokenLoss: clippedLoss,
  tokenWeights: tokenMean,
};
