/** @file Geometric-Mean Policy Optimization (arXiv 2507.20673; TRL's GMPOTrainer). */
import { variant } from '../formula/paper.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/** GRPO with the geometric mean of the tokens' ratios, each clipped to exp(-epsilon) .. exp(epsilon_high). */
export const gmpo = variant(grpo, {
  id: 'gmpo',
  title: 'GMPO',
  summary: 'The geometric mean of the tokens’ ratios instead of the arithmetic one, which outliers move less.',
  formula: 'J = E[exp(mean ℓ) A − β k3],  ℓ = min(log r, clip(log r, −ε, ε_high)) where A > 0, else max',
  citation: '2507.20673',
  trl: { none: 'TRL has it as GMPOTrainer, a trainer of its own' },
  verl: { lossMode: 'geo_mean', aggregation: 'seq-mean-token-mean' },
  settings: [{ ...epsilon, default: 0.4 }, { ...epsilonHigh, default: 0.4 }, beta],
  clips: 'otherwise',
  tokenWeights: sequenceMeanTokenMean,
  text: `# The geometric mean of the ratios, each clipped on its own.
clipped = clip(logRatio, -epsilon, epsilon_high)
cautious = where(A > 0, min(logRatio, clipped), max(logRatio, clipped))
-exp(mean(cautious)) * A`,
});
