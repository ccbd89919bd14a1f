/**
 * @file Online policy mirror descent, simple form (Kimi k1.5, arXiv 2501.12599, section 2.3.2; Trinity-RFT's `opmd`,
 * arXiv 2505.17826).
 */
import { add, div, mul, neg } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { drGrpo } from './drGrpo.ts';

const tau: Setting = {
  id: 'tau',
  default: 1,
  min: 0,
  max: 100,
  summary: 'Strength of the mirror step’s own regulariser: higher makes each step smaller.',
};

/** Dr. GRPO's advantage on log pi, without ratio or clip, scaled by 1 / (1 + tau). */
export const opmd: Algorithm = {
  ...drGrpo,
  id: 'opmd',
  title: 'OPMD',
  summary: 'Mirror descent on the policy, linearised: each token is pushed by its advantage, damped by tau.',
  formula: 'J = Σ A log π / ((1 + τ) tokens),  A = R − mean R',
  citation: '2505.17826',
  settings: [tau],
  regulariser: null,
  tokenLoss: (terms) => neg(div(mul(terms.advantages, terms.logProbs), add(1, terms.setting('tau')))), // [B, T]
  tokenWeights: tokenMean,
};
