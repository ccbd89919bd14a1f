/** @file REINFORCE leave-one-out (arXiv 2402.14740; TRL's RLOOTrainer). */
import { neg } from '../../engine/graph/index.ts';
import { rloo as leaveOneOut } from '../advantages/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { completionRatio } from '../objectives/ratio.ts';
import { beta, epsilon, epsilonHigh } from '../objectives/settings.ts';
import { clippedSurrogate } from '../objectives/surrogate.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO, but the whole completion is one action, with the ratio of its probability, and the baseline is the mean of the
 * others. On the policy that sampled, the gradient is that of -A log pi(completion). The KL penalty is taken off the
 * reward, as in TRL.
 */
export const rloo: Algorithm = {
  ...grpo,
  id: 'rloo',
  title: 'RLOO',
  summary: 'REINFORCE on whole completions; the baseline of each is the mean reward of the others of its group.',
  formula: 'J = E[min(r A, clip(r, 1−ε, 1+ε) A)],  r = π(y) / π_old(y),  A = R − mean of the others',
  citation: '2402.14740',
  settings: [epsilon, { ...epsilonHigh, default: epsilon.default, sameAs: 'epsilon' }],
  // The ratio of a whole completion, the product of its tokens', is neither a token's nor a geometric mean.
  clips: 'otherwise',
  stepSettings: [beta],
  advantage: leaveOneOut,
  tokenLoss: (terms) => {
    const surrogate = clippedSurrogate(
      completionRatio(terms),
      terms.advantages,
      terms.setting('epsilon'),
      terms.setting('epsilon_high'),
    );
    return neg(surrogate); // [B, T]
  },
  tokenWeights: sequenceMeanTokenMean,
  regulariser: { kl: 'k1', placement: 'reward' },
};
