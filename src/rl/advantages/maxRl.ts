/** @file Mean-normalised advantages (MaxRL, arXiv 2602.02710). */
import { assert } from '../../lib/assert.ts';
import { inGroups, meanOf } from './groups.ts';

/**
 * (R - mean) / mean within each group: the rarer success is, the more each one counts, as in maximum likelihood. A
 * group without any reward has advantage 0. UsageError for a negative reward, whose share of the mean has no meaning.
 */
export function maxRlAdvantages(rewards: Float32Array, groups: Int32Array): Float32Array {
  assert(!rewards.some((r) => r < 0), 'rewards: dividing by their mean needs rewards from 0');
  return inGroups(rewards, groups, (group) => {
    const mean = meanOf(group);
    return group.map((r) => (mean > 0 ? (r - mean) / mean : 0));
  });
}
