/** @file Simple Preference Optimization (arXiv 2405.14734). */
import { logSigmoid, mul, neg, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairMeans } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but without a reference: -log sigmoid(beta (mean log pi of the chosen - of the rejected) - gamma) (eq. 6; TRL's
 * CPO `simpo`).
 */
export const simpo: Algorithm = {
  ...dpo,
  id: 'simpo',
  title: 'SimPO',
  summary: 'DPO on the mean log-probability per token, with a margin and without a reference.',
  formula: 'L = −log σ(β (mean log π(chosen) − mean log π(rejected)) − γ)',
  citation: '2405.14734',
  settings: [
    preferenceBeta,
    {
      id: 'simpo_gamma',
      default: 0.5,
      min: 0,
      max: 100,
      summary: 'The margin that the chosen completion is to win by.',
    },
  ],
  tokenLoss: (terms) => {
    const margin = mul(terms.setting('beta'), difference(pairMeans(terms.logProbs, terms)));
    return onTokens(neg(logSigmoid(sub(margin, terms.setting('simpo_gamma')))), terms);
  },
};
