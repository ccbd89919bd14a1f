/** @file The reward of the greedy completion as baseline (ReMax, arXiv 2310.10505, algorithm 1). */
import { assert } from '../../lib/assert.ts';

/**
 * R minus the greedy completion's reward for the same prompt; `greedyRewards` has one entry per group of `groupSize`
 * neighbours.
 */
export function remaxAdvantages(rewards: Float32Array, groupSize: number, greedyRewards: Float32Array): Float32Array {
  assert(
    rewards.length === groupSize * greedyRewards.length,
    `greedyRewards: ${greedyRewards.length} for ${rewards.length} rewards in groups of ${groupSize}`,
  );
  return rewards.map((r, row) => {
    const advantage = r - (greedyRewards[Math.floor(row / groupSize)] as number);
    return Number.isNaN(advantage) ? 0 : advantage;
  });
}
