/** @file Only the best completion of a group counts (RAFT, arXiv 2304.06767). */
import { inGroups } from './groups.ts';

/**
 * 1 for the best completion of each group, shared where several are equally good, else 0; scaled so that the mean over all
 * completions is that over the chosen ones. A group whose rewards are all equal has no best and chooses none.
 */
export function bestOfGroup(rewards: Float32Array, groupSize: number): Float32Array {
  const shares = inGroups(rewards, groupSize, (group) => {
    const most = Math.max(...group);
    const best = group.filter((r) => r === most).length;
    return group.map((r) => (r === most && best < group.length ? 1 / best : 0));
  });
  const chosen = shares.reduce((sum, share) => sum + share, 0);
  return chosen > 0 ? shares.map((share) => (share * rewards.length) / chosen) : shares;
}
