/** @file Group Relative Policy Optimization (arXiv 2402.03300). */
import { paper } from '../formula/paper.ts';
import { group } from '../advantages/index.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon } from '../objectives/settings.ts';
import { onPolicyGroups } from '../sampling/groups.ts';

/** As published (eq. 3; TRL's `loss_type` `grpo`): the mean over completions of the mean over their tokens. */
export const grpo = paper({
  id: 'grpo',
  title: 'GRPO',
  summary: 'Each completion is judged against the mean reward of its group; no critic is needed.',
  formula:
    'J = mean over completions of Σ [min(r A, clip(r, 1−ε, 1+ε) A) − β k3] / length,  A = (R − mean R) / (std R + 10⁻⁴)',
  citation: '2402.03300',
  trl: { lossType: 'grpo' },
  verl: { lossMode: 'vanilla', aggregation: 'seq-mean-token-mean' },
  settings: [epsilon, beta],
  clips: 'tokens',
  sampling: onPolicyGroups,
  advantage: group,
  tokenWeights: sequenceMeanTokenMean,
  regulariser: { kl: 'k3', placement: 'loss' },
  text: `# The ratio to the sampling policy is clipped.
clipped = clip(ratio, 1 - epsilon, 1 + epsilon)
-min(ratio * A, clipped * A)`,
});
