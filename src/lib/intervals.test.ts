/**
 * @file Intervals of shares against published tables, and properties that hold for each. Their coverage is measured in
 * cli/coverage.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyInterval, binomialInterval, differenceInterval } from './intervals.ts';

describe('binomialInterval', () => {
  test.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0579, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])(
    'for %i right among %i equals Newcombe (Statistics in Medicine 17, 1998), table I, method 5',
    (right, trials, low, high) => {
      const interval = binomialInterval(right, trials);
      expect(Math.abs(interval[0] - low)).toBeLessThan(1e-4);
      expect(Math.abs(interval[1] - high)).toBeLessThan(1e-4);
    },
  );

  // Beta quantiles of scipy 1.17.1: beta.ppf(0.025, x, n - x + 1) and beta.ppf(0.975, x + 1, n - x).
  test.each([
    [63, 64, 0.9159896735656463, 0.9996044874859493],
    [0.3, 12.7, 2.4405901528446787e-7, 0.28987375199525683],
    [100000.5, 262144, 0.3796115758013874, 0.38333431288772046],
    [1023.5, 1024, 0.99544464172509, 0.9999995205912363],
  ])('for %f among %f, possibly fractional, equals scipy', (right, trials, low, high) => {
    const interval = binomialInterval(right, trials);
    expect(interval[0]).toBeCloseTo(low, 9);
    expect(interval[1]).toBeCloseTo(high, 9);
  });

  test('covers at least 95 times in 100, by exact binomial probabilities, for chances from 0.001 to 0.999', () => {
    for (let chance = 0.001; chance < 1; chance += 0.007) {
      let [covered, probability] = [0, (1 - chance) ** 64];
      for (let right = 0; right <= 64; right++) {
        const [low, high] = binomialInterval(right, 64);
        if (low <= chance && chance <= high) covered += probability;
        probability *= ((64 - right) / (right + 1)) * (chance / (1 - chance));
      }
      expect(covered, `chance ${chance}`).toBeGreaterThanOrEqual(0.95);
    }
  });

  test('refuses impossible counts', () => {
    for (const [right, trials] of [
      [-1, 4],
      [5, 4],
      [0, 0],
    ] as const)
      expect(() => binomialInterval(right, trials)).toThrow(/right: 0 to the number of trials/);
  });
});

describe('accuracyInterval', () => {
  test('lies in [0, 1], contains the share and has a width', () => {
    const answers = fc
      .integer({ min: 1, max: 16 })
      .chain((samples) =>
        fc.tuple(fc.constant(samples), fc.array(fc.integer({ min: 0, max: samples }), { minLength: 1, maxLength: 80 })),
      );
    fc.assert(
      fc.property(answers, ([samples, right]) => {
        const [low, high] = accuracyInterval(right, samples);
        const share = right.reduce((sum, count) => sum + count, 0) / (right.length * samples);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share);
        expect(high).toBeGreaterThanOrEqual(share);
        expect(high - low).toBeGreaterThan(0.001);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('equals the binomial interval over problems where each was answered once, or is always right or always wrong', () => {
    const once = [...Array.from({ length: 60 }, () => 1), 0, 0, 0, 0];
    expect(accuracyInterval(once, 1)).toEqual(binomialInterval(60, 64));
    expect(
      accuracyInterval(
        once.map((right) => 4 * right),
        4,
      ),
    ).toEqual(binomialInterval(60, 64));
    expect(
      accuracyInterval(
        Array.from({ length: 64 }, () => 4),
        4,
      ),
    ).toEqual(binomialInterval(64, 64));
  });

  test('is narrower where problems are equally hard, but never narrower than the binomial interval of all samples', () => {
    const equal = Array.from({ length: 64 }, (_, i) => 1 + (i % 3));
    const [low, high] = accuracyInterval(equal, 4);
    const [least, most] = binomialInterval(
      equal.reduce((sum, right) => sum + right, 0),
      256,
    );
    expect(high - low).toBeGreaterThanOrEqual(most - least);
    expect(high - low).toBeLessThan(0.14);
    expect(
      accuracyInterval(
        Array.from({ length: 64 }, () => 2),
        4,
      ),
    ).toEqual(binomialInterval(128, 256));
  });

  test('refuses impossible input', () => {
    expect(() => accuracyInterval([], 1)).toThrow(/right: at least one problem/);
    expect(() => accuracyInterval([1], 0)).toThrow(/samples: a whole number/);
    expect(() => accuracyInterval([3], 2)).toThrow(/right: 0 to 2/);
  });
});

describe('differenceInterval', () => {
  test('with Wilson intervals is method 10 of Newcombe (1998), table II: 56/70 minus 48/80', () => {
    const first = { value: 56 / 70, interval: [0.6915, 0.8766] as const };
    const second = { value: 48 / 80, interval: [0.4904, 0.7002] as const };
    const [low, high] = differenceInterval(second, first);
    expect(low).toBeCloseTo(0.0524, 3);
    expect(high).toBeCloseTo(0.3339, 3);
  });

  test('an exact number adds no width', () => {
    expect(differenceInterval({ value: 0, interval: [0, 0] }, { value: 3, interval: [2, 5] })).toEqual([2, 5]);
  });
});
