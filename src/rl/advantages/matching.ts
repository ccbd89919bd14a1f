/**
 * @file Weights that carry the policy's samples over to the optimum under the leash (arXiv 2112.00791, eq. 5 and 6;
 * baseline of arXiv 2206.00761).
 */
import { assert } from '../../lib/assert.ts';
import { inGroups, meanOf } from './groups.ts';

/**
 * w - 1 with w = exp(R / beta) / mean exp(R / beta) within each group, R being the reward less beta log(pi / pi_ref):
 * the ratio of pi* = pi_ref exp(r / beta) / Z to the policy, the group's mean standing for Z. At beta 0 its limit, the
 * best alone.
 */
export function matchingAdvantages(rewards: Float32Array, groups: Int32Array, beta: number): Float32Array {
  assert(beta >= 0, `beta: 0 or more, not ${beta}`);
  return inGroups(rewards, groups, (group) => {
    const best = Math.max(...group);
    // The best is taken off first, so that a small beta does not overflow.
    const weights = group.map((r) => (r === best ? 1 : Math.exp((r - best) / beta)));
    const mean = meanOf(weights);
    return weights.map((w) => w / mean - 1);
  });
}
