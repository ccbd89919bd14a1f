/** @file Summary statistics, confidence intervals and pass@k over plain numbers. */
import { assert } from './assert.ts';

/** Lower and upper end. */
export type Interval = readonly [number, number];

/** Arithmetic mean; UsageError for no values. */
export function mean(values: ArrayLike<number>): number {
  assert(values.length > 0, 'values: at least one is needed for a mean');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** sqrt(sum (x - mean)^2 / (n - ddof)): ddof 0 for a population, 1 for a sample. UsageError unless n > ddof. */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1): number {
  assert(values.length > ddof, `values: more than ${ddof} needed for a standard deviation with ddof ${ddof}`);
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - center) ** 2;
  return Math.sqrt(squares / (values.length - ddof));
}

/**
 * The p-quantile, linear between order statistics (Hyndman and Fan type 7). UsageError for no values or p outside 0..1.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  assert(values.length > 0, 'values: at least one is needed for a quantile');
  assert(p >= 0 && p <= 1, `p: a quantile takes 0 to 1, not ${p}`);
  const sorted = Float64Array.from(values).sort();
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  // Equal ends are returned directly: infinity minus infinity would be NaN.
  return low === high ? low : low + (position - below) * (high - low);
}

/** Two-sided 95 % quantiles of Student's t for 1 to 5 degrees of freedom, where the series below is too coarse. */
const T_975_SMALL = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058];
const Z_975 = 1.959963984540054;

/** The 97.5 % quantile of Student's t, within 2e-4; the expansion in 1/df of Abramowitz and Stegun, 26.7.5. */
export function tQuantile975(df: number): number {
  assert(Number.isInteger(df) && df >= 1, `df: degrees of freedom are a whole number from 1, not ${df}`);
  const small = T_975_SMALL[df - 1];
  if (small !== undefined) return small;
  const z = Z_975;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const g4 = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

export const everywhere: Interval = [-Infinity, Infinity];

/**
 * 95 % interval of the mean of independent values: mean -+ t(n - 1, 97.5 %) s / sqrt(n), cut at the bounds of the
 * values. The true mean lies within the bounds too, so the cut does not reduce the coverage. Its width is 0 if all
 * values are equal, which says nothing about the spread of further values. UsageError unless n > 1.
 */
export function tInterval(values: ArrayLike<number>, [least, most]: Interval = everywhere): Interval {
  const deviation = standardDeviation(values, 1);
  const half = (tQuantile975(values.length - 1) * deviation) / Math.sqrt(values.length);
  const center = mean(values);
  return [Math.max(least, center - half), Math.min(most, center + half)];
}

/**
 * Unbiased estimate of the chance that at least one of k completions is right, from c right ones among n: 1 - C(n - c,
 * k) / C(n, k), computed as a product of ratios (Chen et al., arXiv 2107.03374). UsageError unless 0 <= c <= n and 1 <=
 * k <= n.
 */
export function passAtK(n: number, c: number, k: number): number {
  assert(Number.isInteger(n) && n >= 1, `n: a whole number of completions from 1, not ${n}`);
  assert(Number.isInteger(c) && c >= 0 && c <= n, `c: a whole number of right completions from 0 to ${n}, not ${c}`);
  assert(Number.isInteger(k) && k >= 1 && k <= n, `k: a whole number from 1 to the ${n} completions sampled, not ${k}`);
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= Math.max(0, 1 - k / i);
  return 1 - allWrong;
}
