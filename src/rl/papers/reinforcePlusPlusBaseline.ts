/** @file REINFORCE++-baseline (arXiv 2501.03262). */
import { variant } from '../formula/paper.ts';
import { reinforcePlusPlusBaseline as whitenedDifference } from '../advantages/index.ts';
import { reinforcePlusPlus } from './reinforcePlusPlus.ts';

/** REINFORCE++, but the group's mean is subtracted first, and the KL penalty is k2 in the loss. */
export const reinforcePlusPlusBaseline = variant(reinforcePlusPlus, {
  id: 'reinforcePlusPlusBaseline',
  title: 'REINFORCE++-baseline',
  summary: 'Rewards less the mean of their group, normalised over the whole batch instead of within the group.',
  formula: 'J = Σ [min(r A, clip(r, 1−ε, 1+ε) A) − β k2] / tokens,  A = whiten(R − mean of the group)',
  trl: { lossType: 'dapo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  advantage: whitenedDifference,
  regulariser: { kl: 'k2', placement: 'loss' },
});
