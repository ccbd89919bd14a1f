/** @file Rewards by group; missing rewards are left out. */
import { assert } from '../../lib/assert.ts';
import { membersOf } from '../words/groupIds.ts';

/**
 * Applies `estimate` to the rewards of each group; `groups` [B] holds the group ids of `rewards` [B]. A reward that is
 * NaN is not passed to `estimate` and gets advantage 0; `size` counts it. UsageError unless the lengths agree.
 */
export function inGroups(
  rewards: Float32Array,
  groups: Int32Array,
  estimate: (known: readonly number[], size: number) => readonly number[],
): Float32Array {
  assert(groups.length === rewards.length, `groups: ${groups.length} ids for ${rewards.length} rewards`);
  const advantages = new Float32Array(rewards.length);
  for (const members of membersOf(groups)) {
    const rows = members.filter((row) => !Number.isNaN(rewards[row]));
    const estimates = estimate(
      rows.map((row) => rewards[row] as number),
      members.length,
    );
    rows.forEach((row, i) => (advantages[row] = estimates[i] as number));
  }
  return advantages;
}

/** Arithmetic mean; 0 for no values. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

/** sqrt(sum (x - mean)^2 / (n - ddof)); 0 for n <= ddof. */
export function deviationOf(values: readonly number[], ddof: 0 | 1): number {
  const center = meanOf(values);
  const squares = values.reduce((sum, x) => sum + (x - center) ** 2, 0);
  return values.length > ddof ? Math.sqrt(squares / (values.length - ddof)) : 0;
}
