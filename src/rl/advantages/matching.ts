/**
 * @file Importance weights from the policy to the optimum under the KL penalty (arXiv 2112.00791, eq. 5 and 6; baseline
 * of arXiv 2206.00761).
 */
import { assert } from '../../lib/assert.ts';
import { inGroups, meanOf } from './groups.ts';

/**
 * w - 1 with w = exp(R / beta) / mean exp(R / beta) within each group, R being the reward minus beta log(pi / pi_ref):
 * the ratio of pi* = pi_ref exp(r / beta) / Z to the policy, with the group's mean as estimate of Z. At beta 0 the
 * limit: only the best completions have weight. UsageError for beta below 0.
 */
export function matchingAdvantages(rewards: Float32Array, groups: Int32Array, beta: number): Float32Array {
  assert(beta >= 0, `beta: 0 or more, not ${beta}`);
  return inGroups(rewards, groups, (group) => {
    const best = Math.max(...group);
    // Subtracting the best first avoids overflow for a small beta.
    const weights = group.map((r) => (r === best ? 1 : Math.exp((r - best) / beta)));
    const mean = meanOf(weights);
    return weights.map((w) => w / mean - 1);
  });
}
