/** @file Geometric-Mean Policy Optimization (arXiv 2507.20673; TRL's GMPOTrainer). */
import { clip, exp, greater, max, min, mul, neg, where } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { logRatio } from '../objectives/ratio.ts';
import { sequenceMean } from '../objectives/sequence.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO, but the tokens' ratios are averaged geometrically, after each was clipped to exp(-epsilon) .. exp(epsilon_high)
 * on its own.
 */
export const gmpo: Algorithm = {
  ...grpo,
  id: 'gmpo',
  title: 'GMPO',
  summary: 'The geometric mean of the tokens’ ratios instead of the arithmetic one, which outliers move less.',
  formula: 'J = E[exp(mean ℓ) A − β k3],  ℓ = min(log r, clip(log r, −ε, ε_high)) where A > 0, else max',
  citation: '2507.20673',
  settings: [{ ...epsilon, default: 0.4 }, { ...epsilonHigh, default: 0.4 }, beta],
  clips: 'otherwise',
  tokenLoss: (terms) => {
    const log = logRatio(terms); // [B, T]
    const clipped = clip(log, neg(terms.setting('epsilon')), terms.setting('epsilon_high'));
    const pessimistic = where(greater(terms.advantages, 0), min(log, clipped), max(log, clipped));
    return neg(mul(exp(sequenceMean(pessimistic, terms)), terms.advantages));
  },
  tokenWeights: sequenceMeanTokenMean,
};
