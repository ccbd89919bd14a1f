/** @file REINFORCE leave-one-out (arXiv 2402.14740; TRL's RLOOTrainer). */
import { variant } from '../formula/paper.ts';
import { rloo as leaveOneOut } from '../advantages/index.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO, but the whole completion is one action, with the ratio of its probability, and the baseline is the mean of the
 * others. On-policy, the gradient is that of -A log pi(completion). The KL penalty is subtracted from the reward, as in
 * TRL.
 */
export const rloo = variant(grpo, {
  id: 'rloo',
  title: 'RLOO',
  summary: 'REINFORCE on whole completions; the baseline of each is the mean reward of the others of its group.',
  formula: 'J = E[min(r A, clip(r, 1−ε, 1+ε) A)],  r = π(y) / π_old(y),  A = R − mean of the others',
  citation: '2402.14740',
  trl: { none: 'TRL has it as RLOOTrainer, a trainer of its own' },
  verl: { none: 'verl has no ratio of whole completions' },
  settings: [epsilon, { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' }],
  // The clipped ratio is the product over tokens, neither a token's ratio nor their geometric mean.
  clips: 'otherwise',
  stepSettings: [beta],
  advantage: leaveOneOut,
  tokenWeights: sequenceMeanTokenMean,
  regulariser: { kl: 'k1', placement: 'reward' },
  text: `# The whole completion is one action.
r = exp(sum(logRatio))
-min(r * A, clip(r, 1 - epsilon, 1 + epsilon_high) * A)`,
});
