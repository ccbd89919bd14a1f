/** @file Efficient Exact Optimization on pairs (arXiv 2402.00856). */
import { add, log, logSigmoid, mul, neg, sigmoid, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { labelSmoothing } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but the reverse divergence: KL of (sigmoid(beta d), sigmoid(-beta d)) from (1 - s, s) (eq. 16). TRL's
 * `exo_pair`; s = 10^-3 is what it took where none was set, since 0 has no logarithm.
 */
export const exoPair: Algorithm = {
  ...dpo,
  id: 'exoPair',
  title: 'EXO (pairs)',
  summary: 'DPO with the divergence the other way round, which seeks the mode that the labels favour.',
  formula: 'L = KL((σ(β d), σ(−β d)) ‖ (1−s, s))',
  citation: '2402.00856',
  settings: [
    ...dpo.settings.filter(({ id }) => id !== labelSmoothing.id),
    { ...labelSmoothing, default: 1e-3, min: 1e-6 },
  ],
  tokenLoss: (terms) => {
    const margin = mul(terms.setting('beta'), difference(pairLogRatios(terms)));
    const smoothing = terms.setting('label_smoothing');
    const right = mul(sigmoid(margin), sub(logSigmoid(margin), log(sub(1, smoothing))));
    const wrong = mul(sigmoid(neg(margin)), sub(logSigmoid(neg(margin)), log(smoothing)));
    return onTokens(add(right, wrong), terms);
  },
};
