/** @file Supervised human feedback (SuperHF, arXiv 2310.16763, algorithm 1). */
import type { Algorithm } from '../algorithm.ts';
import { beta } from '../objectives/settings.ts';
import { raft } from './raft.ts';

/** RAFT, but the policy is held to its base by a divergence in the loss; at beta 0 it is RAFT. */
export const superHf: Algorithm = {
  ...raft,
  id: 'superHf',
  title: 'SuperHF',
  summary: 'The best completion of each group is imitated, with a leash to the base.',
  formula: 'L = mean over the best of each group of −mean log π, + β KL(π ‖ π_ref)',
  citation: '2310.16763',
  settings: [{ ...beta, default: 0.02 }],
  regulariser: { kl: 'k3WithK2Gradient', placement: 'loss' },
};
