/** @file Noise Contrastive Alignment on pairs (arXiv 2402.05369). */
import { add, logSigmoid, mul, neg } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but with u = beta log-ratio of each side: -log sigmoid(u_c) - (log sigmoid(-u_c) + log sigmoid(-u_r)) / 2. TRL's
 * `nca_pair`.
 */
export const ncaPair: Algorithm = {
  ...dpo,
  id: 'ncaPair',
  title: 'NCA (pairs)',
  summary:
    'Tells completions from noise one by one, so that the likelihood of the chosen one does not fall as it may in DPO.',
  formula: 'L = −log σ(u_c) − ½ log σ(−u_c) − ½ log σ(−u_r),  u = β log(π/π_ref)',
  citation: '2402.05369',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const { chosen, rejected } = pairLogRatios(terms);
    const [u, v] = [mul(terms.setting('beta'), chosen), mul(terms.setting('beta'), rejected)];
    return onTokens(neg(add(logSigmoid(u), mul(0.5, add(logSigmoid(neg(u)), logSigmoid(neg(v)))))), terms);
  },
};
