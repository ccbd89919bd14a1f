/** @file Group Relative Policy Optimization (arXiv 2402.03300). */
import { mul, neg, sub } from '../../engine/graph/index.ts';
import { groupAdvantages } from '../advantages/group.ts';
import type { Algorithm } from '../algorithm.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { beta, epsilon } from '../objectives/settings.ts';
import { klK3 } from '../objectives/kl.ts';
import { ratio } from '../objectives/ratio.ts';
import { clippedSurrogate } from '../objectives/surrogate.ts';

/** Tokens are weighed equally over the batch (token mean), which is not the paper's mean over sequences; see `aggregation.ts`. */
export const grpo: Algorithm = {
  id: 'grpo',
  title: 'GRPO',
  summary: 'Each completion is judged against the mean reward of its group; no critic is needed.',
  formula: 'J = E[min(r A, clip(r, 1−ε, 1+ε) A) − β k3],  A = (R − mean R) / (std R + 10⁻⁴)',
  citation: '2402.03300',
  settings: [epsilon, beta],
  clips: 'tokens',
  advantages: (rewards, groupSize) => groupAdvantages(rewards, groupSize),
  tokenLoss: (terms) => {
    const range = terms.setting('epsilon');
    const surrogate = clippedSurrogate(ratio(terms), terms.advantages, range, range); // [B, T]
    const penalty = mul(terms.setting('beta'), klK3(terms.logProbs, terms.refLogProbs));
    return neg(sub(surrogate, penalty));
  },
  tokenWeights: tokenMean,
};
