/** @file REINFORCE++ (arXiv 2501.03262). */
import { variant } from '../formula/paper.ts';
import { reinforcePlusPlus as whitened } from '../advantages/index.ts';
import { ppo } from './ppo.ts';

/**
 * PPO's clipped surrogate over all tokens, without a critic: rewards are whitened over the tokens of the batch. The KL
 * penalty is subtracted from the reward, token by token.
 */
export const reinforcePlusPlus = variant(ppo, {
  id: 'reinforcePlusPlus',
  title: 'REINFORCE++',
  summary: 'PPO without a critic and GRPO without groups: rewards are normalised over the whole batch.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / tokens,  A = (R − mean R) / std R over all tokens',
  citation: '2501.03262',
  trl: { lossType: 'dapo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  advantage: whitened,
  regulariser: { kl: 'k1', placement: 'reward' },
});
