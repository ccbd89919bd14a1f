/** @file Supervised human feedback (SuperHF, arXiv 2310.16763, algorithm 1). */
import type { Algorithm } from '../objectives/algorithm.ts';
import { beta } from '../objectives/settings.ts';
import { raft } from './raft.ts';

/** RAFT, but a divergence in the loss, on the same completions, holds the policy to its base; at beta 0 it is RAFT. */
export const superHf: Algorithm = {
  ...raft,
  id: 'superHf',
  title: 'SuperHF',
  summary: 'The best completion of each group is imitated, and a KL penalty holds the policy to its base.',
  formula: 'L = mean of −log π + β KL(π ‖ π_ref) over the tokens of the best of each group',
  citation: '2310.16763',
  settings: [{ ...beta, default: 0.02 }],
  regulariser: { kl: 'k3WithK2Gradient', placement: 'loss' },
};
