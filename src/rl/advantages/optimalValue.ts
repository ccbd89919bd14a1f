/** @file Advantages over the optimal value of a prompt (A*-PO, arXiv 2505.20686, section 3; TRL's A2POTrainer). */
import { type Estimator, notInVerl } from './estimator.ts';
import { assert } from '../../lib/assert.ts';
import { membersOf } from '../words/groupIds.ts';

/**
 * V* = beta1 log mean exp(r / beta1) over rewards of the base's completions of one prompt: the value of the optimum of
 * E[r] - beta1 KL. Rewards that are NaN are left out; 0 without rewards. UsageError unless beta1 is above 0.
 */
export function optimalValue(rewards: readonly number[], beta1: number): number {
  assert(beta1 > 0, `beta1: above 0, not ${beta1}`);
  const known = rewards.filter((r) => !Number.isNaN(r));
  if (known.length === 0) return 0;
  // Subtracting the best first avoids overflow for a small beta1.
  const best = Math.max(...known);
  const mean = known.reduce((sum, r) => sum + Math.exp((r - best) / beta1), 0) / known.length;
  return best + beta1 * Math.log(mean);
}

/**
 * R - V*, [B]; `baseRewards` has the rewards of the base's completions for each group, in the order of the groups'
 * first rows. UsageError for another number of groups.
 */
export function optimalAdvantages(
  rewards: Float32Array,
  groups: Int32Array,
  baseRewards: readonly (readonly number[])[],
  beta1: number,
): Float32Array {
  const members = membersOf(groups);
  assert(
    members.length === baseRewards.length,
    `baseRewards: of ${baseRewards.length} prompts for ${members.length} groups`,
  );
  const advantages = new Float32Array(rewards.length);
  members.forEach((rows, g) => {
    const value = optimalValue(baseRewards[g] as readonly number[], beta1);
    for (const row of rows) advantages[row] = Number.isNaN(rewards[row]) ? 0 : (rewards[row] as number) - value;
  });
  return advantages;
}

export const valueSamples = {
  id: 'num_value_samples',
  default: 8,
  min: 1,
  max: 64,
  summary: 'Completions of the base for each prompt, from which its optimal value is estimated.',
};
const beta1 = {
  id: 'beta1',
  default: 0.5,
  min: 0.001,
  max: 100,
  summary: 'Temperature of the optimal value: a low one takes the best completion of the base, a high one their mean.',
};
export const overOptimalValue: Estimator = {
  id: 'optimalValue',
  title: 'Over the optimal value',
  summary: 'Reward minus the value that the optimum under a KL penalty has at the prompt, estimated from the base.',
  citation: '2505.20686',
  trl: { none: 'TRL has it in an experimental A2POTrainer' },
  verl: notInVerl,
  needs: 'base',
  settings: [valueSamples, beta1],
  estimate({ rewards, groups, baseRewards, settings }) {
    assert(baseRewards, 'baseRewards: the optimal value is estimated from them');
    return { advantages: optimalAdvantages(rewards, groups, baseRewards, settings[beta1.id] ?? beta1.default) };
  },
};
