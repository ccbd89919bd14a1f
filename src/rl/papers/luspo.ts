/** @file Length-Unbiased Sequence Policy Optimization (LUSPO, arXiv 2602.05261). */
import { variant } from '../formula/paper.ts';
import { sequenceMeanTokenSum } from '../objectives/aggregation.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { gspo } from './gspo.ts';

/** GSPO, but a completion counts by its length, so that its tokens count as much in a long one as in a short one. */
export const luspo = variant(gspo, {
  id: 'luspo',
  title: 'LUSPO',
  summary: 'GSPO times the length of the completion: a long completion’s tokens count as much as a short one’s.',
  formula: 'J = E[length · min(s A, clip(s, 1−ε, 1+ε_high) A) − β Σ k3],  s = exp(mean(log π − log π_old))',
  citation: '2602.05261',
  trl: { lossType: 'luspo', others: { importance_sampling_level: '"sequence"' }, ownAggregation: true },
  verl: { lossMode: 'gspo', aggregation: 'seq-mean-token-sum' },
  settings: [{ ...epsilon, default: 2e-3 }, { ...epsilonHigh, default: 2.5e-3 }, beta],
  tokenWeights: sequenceMeanTokenSum,
});
