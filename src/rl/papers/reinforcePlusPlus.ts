/** @file REINFORCE++ (arXiv 2501.03262). */
import { reinforcePlusPlus as whitened } from '../advantages/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { ppo } from './ppo.ts';

/**
 * PPO's clipped surrogate over all tokens, the advantages whitened over the tokens of the batch instead of given by a
 * critic. The divergence from the base is taken off the reward, token by token.
 */
export const reinforcePlusPlus: Algorithm = {
  ...ppo,
  id: 'reinforcePlusPlus',
  title: 'REINFORCE++',
  summary: 'PPO without a critic and GRPO without groups: rewards are normalised over the whole batch.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / tokens,  A = (R − mean R) / std R over all tokens',
  citation: '2501.03262',
  advantage: whitened,
  regulariser: { kl: 'k1', placement: 'reward' },
};
