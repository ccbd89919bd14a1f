/** @file The loss of a reward model on pairs (Bradley and Terry 1952; eq. 1 of arXiv 2203.02155). */
import { logSigmoid, mul, neg } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairSums } from '../objectives/pairs.ts';
import { dpo } from './dpo.ts';

/** -log sigmoid(r(chosen) - r(rejected)); r is the head's value at the one token of a completion that is selected. */
export const bradleyTerry: Algorithm = {
  ...dpo,
  id: 'bradley_terry',
  title: 'Reward model',
  summary: 'A head learns to give the chosen completion of a pair the larger number.',
  formula: 'L = −log σ(r(chosen) − r(rejected))',
  citation: '2203.02155',
  settings: [],
  tokenLoss: (terms) => {
    const margin = difference(pairSums(mul(terms.values, terms.selected), terms));
    return onTokens(neg(logSigmoid(margin)), terms);
  },
};
