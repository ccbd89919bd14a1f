/** @file Direct Preference Optimization (arXiv 2305.18290). */
import { add, logSigmoid, mul, neg, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios, pairMean } from '../objectives/pairs.ts';
import { labelSmoothing, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { bestAndWorst } from '../sampling/pairs.ts';
import { grpo } from './grpo.ts';

/**
 * -(1 - s) log sigmoid(beta d) - s log sigmoid(-beta d), eq. 7; s is cDPO's label smoothing, 0 in the paper. d is the
 * difference of log pi - log pi_ref between the chosen completion and the rejected one, summed over tokens. TRL's
 * `sigmoid`.
 */
export const dpo: Algorithm = {
  ...grpo,
  id: 'dpo',
  title: 'DPO',
  summary: 'A classifier of pairs: the chosen completion must gain more over the base than the rejected one.',
  formula: 'L = −log σ(β d),  d = log(π/π_ref)(chosen) − log(π/π_ref)(rejected)',
  citation: '2305.18290',
  settings: [preferenceBeta, labelSmoothing],
  pairs: true,
  fixedWeights: 'takes a mean over pairs',
  sampling: bestAndWorst,
  regulariser: null,
  tokenLoss: (terms) => {
    const margin = mul(terms.setting('beta'), difference(pairLogRatios(terms)));
    const smoothing = terms.setting('label_smoothing');
    const loss = neg(add(mul(sub(1, smoothing), logSigmoid(margin)), mul(smoothing, logSigmoid(neg(margin)))));
    return onTokens(loss, terms);
  },
  tokenWeights: pairMean,
};
