/** @file Mean-normalised advantages (MaxRL, arXiv 2602.02710). */
import { assert } from '../../lib/assert.ts';
import { inGroups, meanOf } from './groups.ts';

/**
 * (R - mean) / mean within each group: the rarer a success, the larger its weight, as in maximum likelihood. A group of
 * mean 0 has advantages 0. UsageError for a negative reward, since the mean is a divisor.
 */
export function maxRlAdvantages(rewards: Float32Array, groups: Int32Array): Float32Array {
  assert(!rewards.some((r) => r < 0), 'rewards: dividing by their mean needs rewards from 0');
  return inGroups(rewards, groups, (group) => {
    const mean = meanOf(group);
    return group.map((r) => (mean > 0 ? (r - mean) / mean : 0));
  });
}
