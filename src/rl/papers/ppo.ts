/** @file Proximal Policy Optimization (arXiv 1707.06347), without its critic. */
import { reinforcePlusPlusAdvantages } from '../advantages/reinforcePlusPlus.ts';
import type { Algorithm } from '../algorithm.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { clippedLoss, clippedSettings } from '../objectives/clipped.ts';
import { grpo } from './grpo.ts';

/** The clipped surrogate, token mean. Advantages are whitened rewards: what a critic that always says 0 leaves at gamma = lambda = 1. */
export const ppo: Algorithm = {
  ...grpo,
  id: 'ppo',
  title: 'PPO (without a critic)',
  summary: 'The ratio to the sampling policy is clipped, so that one batch of rollouts cannot move a token far.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / tokens',
  citation: '1707.06347',
  settings: clippedSettings,
  advantages: (rewards, _groupSize, completions) => reinforcePlusPlusAdvantages(rewards, completions),
  tokenLoss: clippedLoss,
  tokenWeights: tokenMean,
};
