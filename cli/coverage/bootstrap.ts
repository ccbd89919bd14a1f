/** @file The previous interval of held-out accuracy: kept to show how rarely it covers near the end of training. */
import { assert } from '../../src/lib/assert.ts';
import type { Random } from '../../src/lib/random.ts';
import { type Interval, quantile } from '../../src/lib/statistics.ts';

/**
 * 95 % percentile bootstrap interval of a statistic of the items, which are resampled with replacement. UsageError for
 * no items.
 */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (resample: readonly T[]) => number,
  random: Random,
  resamples = 1000,
): Interval {
  assert(items.length > 0, 'items: at least one is needed for a bootstrap');
  assert(Number.isInteger(resamples) && resamples >= 1, `resamples: a whole number from 1, not ${resamples}`);
  const values = Float64Array.from({ length: resamples }, () => statistic(items.map(() => random.pick(items))));
  return [quantile(values, 0.025), quantile(values, 0.975)];
}
