/** @file Anchored Preference Optimization, zero (arXiv 2408.06266). */
import { add, mul, neg, sigmoid } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each side against the base: 1 - sigmoid(beta log-ratio chosen) + sigmoid(beta log-ratio rejected) (eq. 7).
 * TRL's `apo_zero`.
 */
export const apoZero: Algorithm = {
  ...dpo,
  id: 'apoZero',
  title: 'APO zero',
  summary: 'The chosen completion goes up and the rejected one down, for data that is better than the policy.',
  formula: 'L = σ(−β log(π/π_ref)(chosen)) + σ(β log(π/π_ref)(rejected))',
  citation: '2408.06266',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const { chosen, rejected } = pairLogRatios(terms);
    const beta = terms.setting('beta');
    return onTokens(add(sigmoid(neg(mul(beta, chosen))), sigmoid(mul(beta, rejected))), terms);
  },
};
