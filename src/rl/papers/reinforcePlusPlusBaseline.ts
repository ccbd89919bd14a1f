/** @file REINFORCE++-baseline (arXiv 2501.03262). */
import { add, mul } from '../../engine/graph/index.ts';
import { reinforcePlusPlusBaselineAdvantages } from '../advantages/reinforcePlusPlus.ts';
import type { Algorithm } from '../algorithm.ts';
import { clippedSurrogateLoss } from '../objectives/clipped.ts';
import { klK2 } from '../objectives/kl.ts';
import { reinforcePlusPlus } from './reinforcePlusPlus.ts';

/** REINFORCE++, but the group's mean is subtracted first, and the divergence from the base is a k2 penalty in the loss. */
export const reinforcePlusPlusBaseline: Algorithm = {
  ...reinforcePlusPlus,
  id: 'reinforcePlusPlusBaseline',
  title: 'REINFORCE++-baseline',
  summary: 'Rewards less the mean of their group, normalised over the whole batch instead of within the group.',
  formula: 'J = Σ [min(r A, clip(r, 1−ε, 1+ε) A) − β k2] / tokens,  A = whiten(R − mean of the group)',
  advantages: reinforcePlusPlusBaselineAdvantages,
  tokenLoss: (terms) => add(clippedSurrogateLoss(terms), mul(terms.setting('beta'), klK2(terms.logProbs, terms.refLogProbs))),
};
