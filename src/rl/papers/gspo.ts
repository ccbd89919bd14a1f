/** @file Group Sequence Policy Optimization (arXiv 2507.18071). */
import { variant } from '../formula/paper.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO, but a completion has one ratio s, the geometric mean of its tokens' (eq. 7), and is clipped as a whole. s stays
 * close to 1, so the default range is hundreds of times narrower than for tokens; 0.2 would never clip.
 */
export const gspo = variant(grpo, {
  id: 'gspo',
  title: 'GSPO',
  summary: 'GRPO with one ratio for a whole completion instead of one for each token.',
  formula: 'J = E[min(s A, clip(s, 1−ε, 1+ε_high) A) − β k3],  s = exp(mean(log π − log π_old))',
  citation: '2507.18071',
  trl: { lossType: 'grpo', others: { importance_sampling_level: '"sequence"' } },
  verl: { lossMode: 'gspo', aggregation: 'seq-mean-token-mean' },
  settings: [{ ...epsilon, default: 3e-4 }, { ...epsilonHigh, default: 4e-4 }, beta],
  clips: 'completions',
  tokenWeights: sequenceMeanTokenMean,
  text: `# One ratio for a whole completion: the geometric mean of its tokens'.
s = exp(mean(logRatio))
-min(s * A, clip(s, 1 - epsilon, 1 + epsilon_high) * A)`,
});
