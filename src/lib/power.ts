/** @file Whether paired runs over seeds tell two arms apart, and how many seeds would. */
import { assert } from './assert.ts';
import { type Interval, mean, standardDeviation, tInterval, tQuantile975 } from './statistics.ts';

/** The 80 % quantile of the standard normal distribution: the usual power of a planned comparison. */
const Z_80 = 0.8416212335729143;
/** Above this number a comparison is out of reach on a visitor's machine. */
const MOST_SEEDS = 1000;

/** Two arms over the same seeds: differences of the runs with the same seed. */
export interface Separation {
  /** Mean of the differences, first minus second. */
  readonly mean: number;
  /** 95 % t interval of the mean difference; null for a single seed. */
  readonly interval: Interval | null;
  readonly seeds: number;
  /** The interval excludes 0. */
  readonly isClear: boolean;
  /** As `seedsNeeded`; null for a single seed. */
  readonly needed: number | null;
}

/**
 * The least number of seeds with which a t interval excludes 0 in 80 of 100 repetitions, if mean and deviation of the
 * paired differences are those given: n >= ((t(n - 1, 97.5 %) + z(80 %)) deviation / mean)^2. Within one of the exact
 * number from the noncentral t distribution for n >= 4. Infinity above 1000 and for a mean of 0, 2 for a deviation of
 * 0.
 */
export function seedsNeeded(difference: number, deviation: number): number {
  assert(deviation >= 0, `deviation: from 0, not ${deviation}`);
  if (difference === 0) return Infinity;
  for (let n = 2; n <= MOST_SEEDS; n++) {
    if (n >= (((tQuantile975(n - 1) + Z_80) * deviation) / difference) ** 2) return n;
  }
  return Infinity;
}

/** Compares values of two arms, both by the same seeds in the same order. UsageError for no or unequal numbers. */
export function separation(first: readonly number[], second: readonly number[]): Separation {
  assert(first.length > 0 && first.length === second.length, 'first, second: one value for each seed of both');
  const differences = first.map((value, index) => value - (second[index] as number));
  const center = mean(differences);
  if (differences.length === 1) return { mean: center, interval: null, seeds: 1, isClear: false, needed: null };
  const interval = tInterval(differences);
  return {
    mean: center,
    interval,
    seeds: differences.length,
    isClear: interval[0] > 0 || interval[1] < 0,
    needed: seedsNeeded(center, standardDeviation(differences, 1)),
  };
}
