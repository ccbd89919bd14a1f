/** @file Rewards seen group by group, those that are missing left out. */
import { assert } from '../../lib/assert.ts';

/**
 * Applies an estimator to each group of `groupSize` neighbours. A reward that is NaN (none could be given) is not shown
 * to it and gets advantage 0. UsageError unless the rewards make whole groups.
 */
export function inGroups(
  rewards: Float32Array,
  groupSize: number,
  estimate: (known: readonly number[]) => readonly number[],
): Float32Array {
  assert(Number.isInteger(groupSize) && groupSize >= 1, `groupSize: a whole number from 1, not ${groupSize}`);
  assert(rewards.length % groupSize === 0, `rewards: ${rewards.length} do not make whole groups of ${groupSize}`);
  const advantages = new Float32Array(rewards.length);
  for (let start = 0; start < rewards.length; start += groupSize) {
    const rows = Array.from({ length: groupSize }, (_, i) => start + i).filter((row) => !Number.isNaN(rewards[row]));
    const estimates = estimate(rows.map((row) => rewards[row] as number));
    rows.forEach((row, i) => (advantages[row] = estimates[i] as number));
  }
  return advantages;
}

/** Arithmetic mean; 0 for no values. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

/** sqrt(sum (x - mean)^2 / (n - ddof)); 0 where there are too few values to tell. */
export function deviationOf(values: readonly number[], ddof: 0 | 1): number {
  const center = meanOf(values);
  const squares = values.reduce((sum, x) => sum + (x - center) ** 2, 0);
  return values.length > ddof ? Math.sqrt(squares / (values.length - ddof)) : 0;
}
