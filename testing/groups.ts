/** @file Estimators of advantages applied to groups of one size. */
import { equalGroups } from '../src/rl/words/groupIds.ts';

/** `estimate` on rewards whose neighbours of `size` are groups. */
export const bySize = <Rest extends unknown[]>(
  estimate: (rewards: Float32Array, groups: Int32Array, ...rest: Rest) => Float32Array,
  rewards: Float32Array,
  size: number,
  ...rest: Rest
): Float32Array => estimate(rewards, equalGroups(rewards.length, size), ...rest);
