/** @file DAPO (arXiv 2503.14476). */
import { variant } from '../formula/paper.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { clippedSettings, clippedText } from '../objectives/clipped.ts';
import { epsilonHigh } from '../objectives/settings.ts';
import { dynamicGroups, mostAttempts } from '../sampling/dynamic.ts';
import { maskTruncated, overlongBuffer } from '../rewards/shaping.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO with a higher upper clip bound, a mean over all tokens of the batch, dynamic sampling and a length penalty. The
 * paper has beta 0.
 */
export const dapo = variant(grpo, {
  id: 'dapo',
  title: 'DAPO',
  summary:
    'GRPO with more room upwards, groups that teach nothing replaced by others, cut completions left out, averaged over all tokens.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε_high) A) / tokens − β k3',
  citation: '2503.14476',
  trl: { lossType: 'dapo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  settings: clippedSettings.map((setting) => (setting.id === epsilonHigh.id ? epsilonHigh : setting)),
  stepSettings: [mostAttempts, maskTruncated, overlongBuffer],
  sampling: dynamicGroups,
  tokenWeights: tokenMean,
  text: clippedText,
});
