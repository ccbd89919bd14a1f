/** @file GSPO-token, the token-level form of GSPO (arXiv 2507.18071, section 4.3). */
import { variant } from '../formula/paper.ts';
import { gspo } from './gspo.ts';

/**
 * The value of GSPO with a gradient through each token alone (eq. 14), so that tokens may have advantages of their own.
 * With one advantage a completion, loss and gradient are those of GSPO.
 */
export const gspoToken = variant(gspo, {
  id: 'gspoToken',
  title: 'GSPO-token',
  summary: 'GSPO’s ratio of the whole completion, with a gradient through each token: advantages may differ by token.',
  formula: 'J = E[min(s_t A, clip(s_t, 1−ε, 1+ε_high) A) − β k3],  s_t = sg[s] π / sg[π]',
  citation: '2507.18071',
  trl: { none: 'TRL has it as an experimental trainer of its own' },
  verl: { lossMode: 'gspo', aggregation: 'seq-mean-token-mean' },
  text: `# The completion's ratio as value, the token's probability as gradient.
s = sg(exp(mean(logRatio))) * exp(logp - sg(logp))
-min(s * A, clip(s, 1 - epsilon, 1 + epsilon_high) * A)`,
});
