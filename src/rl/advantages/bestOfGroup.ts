/** @file Only the best completion of a group counts (RAFT, arXiv 2304.06767). */
import { inGroups } from './groups.ts';

/**
 * 1 for the best completion of each group, and for each that is equally good, else 0. A group whose rewards are all
 * equal has no best and chooses none.
 */
export function bestOfGroup(rewards: Float32Array, groups: Int32Array): Float32Array {
  return inGroups(rewards, groups, (group) => {
    const most = Math.max(...group);
    return group.map((r) => (r === most && group.some((other) => other < most) ? 1 : 0));
  });
}
