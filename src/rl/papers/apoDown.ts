/** @file Anchored Preference Optimization, down (arXiv 2408.06266). */
import { add, mul, neg, sigmoid } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { apoZero } from './apoZero.ts';

/**
 * APO zero, but both go down, the rejected more: sigmoid(beta log-ratio chosen) + 1 - sigmoid(beta d) (eq. 8). TRL's
 * `apo_down`.
 */
export const apoDown: Algorithm = {
  ...apoZero,
  id: 'apoDown',
  title: 'APO down',
  summary: 'Both completions go down, the rejected one more, for data that is worse than the policy.',
  formula: 'L = σ(β log(π/π_ref)(chosen)) + σ(−β d)',
  tokenLoss: (terms) => {
    const pair = pairLogRatios(terms);
    const beta = terms.setting('beta');
    return onTokens(add(sigmoid(mul(beta, pair.chosen)), sigmoid(neg(mul(beta, difference(pair))))), terms);
  },
};
