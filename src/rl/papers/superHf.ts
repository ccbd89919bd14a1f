/** @file Supervised human feedback (SuperHF, arXiv 2310.16763, algorithm 1). */
import { variant } from '../formula/paper.ts';
import { beta } from '../objectives/settings.ts';
import { raft } from './raft.ts';

/** RAFT with a KL penalty in the loss, on the same completions; RAFT at beta 0. */
export const superHf = variant(raft, {
  id: 'superHf',
  title: 'SuperHF',
  summary: 'The best completion of each group is imitated, and a KL penalty holds the policy to its base.',
  formula: 'L = mean of −log π + β KL(π ‖ π_ref) over the tokens of the best of each group',
  citation: '2310.16763',
  trl: { none: 'TRL imitates data sets, not the best of fresh groups' },
  verl: { none: 'verl imitates data sets, not the best of fresh groups' },
  settings: [{ ...beta, default: 0.02 }],
  regulariser: { kl: 'k3WithK2Gradient', placement: 'loss' },
  text: `# RAFT with a KL penalty.
-A * logp`,
});
