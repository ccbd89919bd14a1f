/** @file Proximal Policy Optimization (arXiv 1707.06347). */
import { variant } from '../formula/paper.ts';
import { gae } from '../advantages/index.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { clippedSettings, clippedText } from '../objectives/clipped.ts';
import { grpo } from './grpo.ts';

/**
 * The clipped surrogate with a token mean. Advantages come from a critic on the policy's hidden states, which is
 * trained with the policy, and are whitened over the batch.
 */
export const ppo = variant(grpo, {
  id: 'ppo',
  title: 'PPO',
  summary: 'The ratio to the sampling policy is clipped, so that one batch of rollouts cannot move a token far.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / tokens',
  citation: '1707.06347',
  trl: { lossType: 'dapo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  settings: clippedSettings,
  advantage: gae,
  tokenWeights: tokenMean,
  text: clippedText,
});
