/**
 * @file Distributional policy gradient: generation with distributional control, GDC, for conditional policies (arXiv
 * 2112.00791).
 */
import { variant } from '../formula/paper.ts';
import { matching } from '../advantages/index.ts';
import { beta } from '../objectives/settings.ts';
import { reinforce } from './reinforce.ts';

/**
 * Descends KL(pi*, pi) instead of KL(pi, pi*), pi* = pi_ref exp(r / beta) / Z: REINFORCE with advantage pi* / pi - 1,
 * where the mean over the group estimates Z. The 1 is the baseline of arXiv 2206.00761; at the optimum every advantage
 * is 0.
 */
export const gdc = variant(reinforce, {
  id: 'gdc',
  title: 'GDC',
  summary:
    'Completions are imitated by how much likelier the optimum under the KL penalty would write them than the policy does.',
  formula: 'J = E[(w − 1) log π(y)],  w = exp(R/β) / mean exp(R/β),  R = r − β log(π/π_ref)',
  citation: '2112.00791',
  trl: { none: 'TRL has no loss without a ratio' },
  verl: { lossMode: 'gpg', aggregation: 'seq-mean-token-sum' },
  settings: [{ ...beta, default: 0.1 }],
  advantage: matching,
  regulariser: { kl: 'k1', placement: 'reward' },
  text: `# A is how much likelier the optimum under the KL penalty is than the policy, less 1.
-A * logp`,
});
