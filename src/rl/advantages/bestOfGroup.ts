/** @file Only the best completion of a group counts (RAFT, arXiv 2304.06767). */
import { inGroups } from './groups.ts';

/** 1 for every completion of its group's highest reward, else 0; all 0 if the rewards of a group are equal. */
export function bestOfGroup(rewards: Float32Array, groups: Int32Array): Float32Array {
  return inGroups(rewards, groups, (group) => {
    const most = Math.max(...group);
    return group.map((r) => (r === most && group.some((other) => other < most) ? 1 : 0));
  });
}
