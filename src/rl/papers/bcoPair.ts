/** @file Binary Classifier Optimization on pairs, without the running baseline (arXiv 2404.04656). */
import { add, logSigmoid, mul, neg } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each side is classified alone: -log sigmoid(u_c) - log sigmoid(-u_r), u = beta log-ratio. TRL's `bco_pair`,
 * which has dropped the paper's shift by the mean reward.
 */
export const bcoPair: Algorithm = {
  ...dpo,
  id: 'bcoPair',
  title: 'BCO (pairs, approximate: no reward shift)',
  summary: 'Each completion is classified as good or bad by itself.',
  formula: 'L = −log σ(u_c) − log σ(−u_r),  u = β log(π/π_ref)',
  citation: '2404.04656',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const { chosen, rejected } = pairLogRatios(terms);
    const beta = terms.setting('beta');
    return onTokens(neg(add(logSigmoid(mul(beta, chosen)), logSigmoid(neg(mul(beta, rejected))))), terms);
  },
};
