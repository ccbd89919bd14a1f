/**
 * @file Clipped importance-sampling weights: CISPO (MiniMax-M1, arXiv 2506.13585, eq. 4; TRL's form of ScaleRL, arXiv
 * 2510.13786).
 */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { beta, epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

const epsilonLow: Setting = {
  id: 'epsilon_low',
  default: 0,
  min: 0,
  max: 1,
  summary: 'Smallest weight that a token can have: an absolute floor of the ratio, 1 − ε_low of the paper; 0 is none.',
};

/**
 * GRPO, but the clipped ratio is a constant weight of log pi, so that no token loses its gradient. `epsilon_low` is the
 * paper's lower bound, whose value the paper does not give.
 */
export const cispo = variant(grpo, {
  id: 'cispo',
  title: 'CISPO',
  summary: 'The ratio is capped but not differentiated: every token keeps its gradient, however far it has moved.',
  formula: 'J = Σ sg[clip(r, ε_low, ε_high)] A log π / tokens − β k3',
  citation: '2506.13585',
  trl: { lossType: 'cispo', ownAggregation: true },
  verl: { none: 'its bounds of the weight are a range around 1, no absolute caps' },
  settings: [
    {
      ...epsilonHigh,
      default: 5,
      max: 100,
      summary: 'Largest weight that a token can have: an absolute cap of the ratio.',
    },
    epsilonLow,
    beta,
  ],
  tokenWeights: tokenMean,
  text: `# The bounded ratio only weighs log pi, so every token keeps its gradient.
weight = sg(clip(ratio, epsilon_low, epsilon_high))
-weight * A * logp`,
});
