/**
 * @file Right and wrong completions with weights of their own: positive and negative sample reinforcement, W-REINFORCE
 * (arXiv 2506.01347; `compute_psr_nsr_outcome_advantage` of its code).
 */
import { notInTrl, notInVerl, perCompletion } from './estimator.ts';

/** A completion with a higher reward counts as right. */
const RIGHT = 0.5;

/**
 * `positive` R for a right completion, `negative` (R - 1) for a wrong one, [B], without a baseline; for rewards from 0
 * to 1. (1, 0) is PSR, (0, 1) NSR, (0.1, 1) W-REINFORCE. A missing reward has advantage 0.
 */
export const signedAdvantages = (rewards: Float32Array, positive: number, negative: number): Float32Array =>
  rewards.map((r) => (Number.isNaN(r) ? 0 : r > RIGHT ? positive * r : negative * (r - 1)));

const positiveWeight = {
  id: 'positive_advantage_weight',
  default: 0.1,
  min: 0,
  max: 10,
  summary: 'Weight of right completions: 1 without wrong ones is PSR, 0 is NSR, 0.1 W-REINFORCE.',
};
const negativeWeight = {
  id: 'negative_advantage_weight',
  default: 1,
  min: 0,
  max: 10,
  summary: 'Weight of wrong completions; 0 leaves them out.',
};
export const signedSamples = perCompletion(
  {
    id: 'signedSamples',
    title: 'Right and wrong, weighted apart',
    summary: 'Right completions are pushed up by a small weight, wrong ones down by a large one; no baseline.',
    citation: '2506.01347',
    trl: notInTrl,
    verl: notInVerl,
    settings: [positiveWeight, negativeWeight],
  },
  ({ rewards, settings }) =>
    signedAdvantages(
      rewards,
      settings[positiveWeight.id] ?? positiveWeight.default,
      settings[negativeWeight.id] ?? negativeWeight.default,
    ),
);
