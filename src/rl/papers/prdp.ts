/** @file Reward difference prediction (PRDP, arXiv 2402.08714). */
import { mul, square, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios, pairMeans } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but the pair comes with rewards instead of an order, and beta d is to predict their difference: (R - R' - beta
 * d)^2 / 2. Its minimum over all pairs is pi_ref exp(R / beta), the optimum of E[R] - beta KL. Without the paper's
 * proximal clip.
 */
export const prdp: Algorithm = {
  ...dpo,
  id: 'prdp',
  title: 'PRDP (approximate: no proximal clip)',
  summary: 'The policy’s log-ratios learn to predict how much better one completion was rewarded than the other.',
  formula: 'L = (R − R′ − β d)² / 2',
  citation: '2402.08714',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const gap = difference(pairMeans(terms.rewards, terms)); // [P, 1]
    const error = sub(gap, mul(terms.setting('beta'), difference(pairLogRatios(terms))));
    return onTokens(mul(0.5, square(error)), terms);
  },
};
