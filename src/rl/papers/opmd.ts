/**
 * @file Online policy mirror descent, simple form (Kimi k1.5, arXiv 2501.12599, section 2.3.2; Trinity-RFT's `opmd`,
 * arXiv 2505.17826).
 */
import { variant } from '../formula/paper.ts';
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
export const opmd = variant(drGrpo, {
  id: 'opmd',
  title: 'OPMD',
  summary: 'Mirror descent on the policy, linearised: each token is pushed by its advantage, damped by tau.',
  formula: 'J = Σ A log π / ((1 + τ) tokens),  A = R − mean R',
  citation: '2505.17826',
  trl: { none: 'TRL has no OPMD' },
  verl: { none: 'verl has no OPMD' },
  settings: [tau],
  regulariser: null,
  tokenWeights: tokenMean,
  text: `# Each token is pushed by its advantage, damped by tau.
-A * logp / (1 + tau)`,
});
