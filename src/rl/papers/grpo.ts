/** @file Group Relative Policy Optimization (arXiv 2402.03300). */
import { neg } from '../../engine/graph/index.ts';
import { group } from '../advantages/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon } from '../objectives/settings.ts';
import { ratio } from '../objectives/ratio.ts';
import { clippedSurrogate } from '../objectives/surrogate.ts';
import { onPolicyGroups } from '../sampling/groups.ts';

/** As published (eq. 3; TRL's `loss_type` `grpo`): the mean over completions of the mean over each one's tokens. */
export const grpo: Algorithm = {
  id: 'grpo',
  title: 'GRPO',
  summary: 'Each completion is judged against the mean reward of its group; no critic is needed.',
  formula:
    'J = mean over completions of Σ [min(r A, clip(r, 1−ε, 1+ε) A) − β k3] / length,  A = (R − mean R) / (std R + 10⁻⁴)',
  citation: '2402.03300',
  settings: [epsilon, beta],
  clips: 'tokens',
  sampling: onPolicyGroups,
  advantage: group,
  tokenLoss: (terms) => {
    const range = terms.setting('epsilon');
    return neg(clippedSurrogate(ratio(terms), terms.advantages, range, range)); // [B, T]
  },
  tokenWeights: sequenceMeanTokenMean,
  regulariser: { kl: 'k3', placement: 'loss' },
};
