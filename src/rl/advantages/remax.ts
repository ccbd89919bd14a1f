/** @file The reward of the greedy completion as baseline (ReMax, arXiv 2310.10505, algorithm 1). */
import { assert } from '../../lib/assert.ts';
import { membersOf } from '../words/groupIds.ts';

/**
 * R minus the greedy completion's reward for the same prompt; `greedyRewards` has one entry per group, in the order of
 * the groups' first rows.
 */
export function remaxAdvantages(rewards: Float32Array, groups: Int32Array, greedyRewards: Float32Array): Float32Array {
  const members = membersOf(groups);
  assert(
    groups.length === rewards.length && members.length === greedyRewards.length,
    `greedyRewards: ${greedyRewards.length} for ${rewards.length} rewards in ${members.length} groups`,
  );
  const advantages = new Float32Array(rewards.length);
  for (const [g, rows] of members.entries()) {
    for (const row of rows) {
      const advantage = (rewards[row] as number) - (greedyRewards[g] as number);
      advantages[row] = Number.isNaN(advantage) ? 0 : advantage;
    }
  }
  return advantages;
}
