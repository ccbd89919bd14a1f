/** @file Robust DPO (arXiv 2403.00409). */
import { div, logSigmoid, mul, neg, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but unbiased where a share s of the labels is flipped: (-(1 - s) log sigmoid(beta d) + s log sigmoid(-beta d)) /
 * (1 - 2 s). TRL's `robust`.
 */
export const robust: Algorithm = {
  ...dpo,
  id: 'robust',
  title: 'Robust DPO',
  summary: 'DPO corrected for a known share of pairs labelled the wrong way round.',
  formula: 'L = (−(1−s) log σ(β d) + s log σ(−β d)) / (1 − 2s)',
  citation: '2403.00409',
  tokenLoss: (terms) => {
    const margin = mul(terms.setting('beta'), difference(pairLogRatios(terms)));
    const flipped = terms.setting('label_smoothing');
    const corrected = sub(mul(flipped, logSigmoid(neg(margin))), mul(sub(1, flipped), logSigmoid(margin)));
    return onTokens(div(corrected, sub(1, mul(2, flipped))), terms);
  },
};
