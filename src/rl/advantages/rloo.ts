/** @file Leave-one-out advantages (RLOO, arXiv 2402.14740, eq. 8). */
import { inGroups } from './groups.ts';

/** R_i minus the mean of the other rewards of its group, n / (n - 1) (R_i - mean). A group of one has advantage 0. */
export function rlooAdvantages(rewards: Float32Array, groups: Int32Array): Float32Array {
  return inGroups(rewards, groups, (group) => {
    const total = group.reduce((sum, r) => sum + r, 0);
    return group.map((r) => (group.length > 1 ? r - (total - r) / (group.length - 1) : 0));
  });
}
