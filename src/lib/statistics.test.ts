/** @file Statistics against worked values, tables and brute force. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from './random.ts';
import { mean, passAtK, quantile, standardDeviation, tInterval, tQuantile975 } from './statistics.ts';

const values = [2, 4, 4, 4, 5, 5, 7, 9];

test('mean and standard deviation of a worked example', () => {
  expect(mean(values)).toBe(5);
  expect(standardDeviation(values, 0)).toBe(2);
  expect(standardDeviation(Float32Array.from(values), 1)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(() => mean([])).toThrow(/values/);
  expect(() => standardDeviation([3], 1)).toThrow(/values/);
});

describe('quantile', () => {
  test('interpolates between order statistics and sorts as numbers', () => {
    expect(quantile([10, 9, 2, 100], 0.5)).toBe(9.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([7], 0.9)).toBe(7);
  });

  test('leaves its input unchanged and refuses empty input and p outside 0..1', () => {
    const input = [3, 1, 2];
    expect([quantile(input, 0), quantile(input, 1)]).toEqual([1, 3]);
    expect(input).toEqual([3, 1, 2]);
    expect(() => quantile([], 0.5)).toThrow(/values/);
    expect(() => quantile([1], 1.1)).toThrow(/p:/);
  });
});

describe('tInterval', () => {
  // Two-sided 95 % quantiles, from tables of Student's t.
  test.each([
    [1, 12.7062],
    [2, 4.302653],
    [3, 3.182446],
    [4, 2.776445],
    [5, 2.570582],
    [6, 2.446912],
    [7, 2.364624],
    [8, 2.306004],
    [10, 2.228139],
    [30, 2.042272],
    [120, 1.97993],
    [100000, 1.959988],
  ])('the quantile at %i degrees of freedom equals the table', (df, expected) => {
    expect(Math.abs(tQuantile975(df) - expected)).toBeLessThan(2e-4);
  });

  test('matches a worked example of three runs', () => {
    const [low, high] = tInterval([1, 2, 3]);
    expect(low).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 4);
    expect(high).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 4);
    expect(() => tInterval([1])).toThrow(/values/);
  });

  test('for shares is cut at 0 and 1, where the uncut one goes beyond', () => {
    expect(tInterval([0.9, 0.99, 1])[1]).toBeGreaterThan(1);
    expect(tInterval([0.9, 0.99, 1], [0, 1])).toEqual([tInterval([0.9, 0.99, 1])[0], 1]);
    expect(tInterval([0, 0.01, 0.1], [0, 1])[0]).toBe(0);
  });

  test('covers the true mean 95 times in 100', () => {
    const stream = random('coverage');
    const covered = Array.from({ length: 2000 }, () => {
      const [low, high] = tInterval(Array.from({ length: 5 }, () => stream.normal()));
      return Number(low <= 0 && high >= 0);
    });
    // Four standard errors of a share of 0.95 over 2000 trials.
    expect(Math.abs(mean(covered) - 0.95)).toBeLessThan(0.02);
  });
});

describe('passAtK', () => {
  test('matches worked values', () => {
    expect(passAtK(8, 2, 1)).toBeCloseTo(0.25, 12);
    expect(passAtK(8, 2, 4)).toBeCloseTo(0.785714, 6);
    expect(passAtK(8, 0, 8)).toBe(0);
    expect(passAtK(8, 1, 8)).toBe(1);
    expect(passAtK(5000, 2500, 2000)).toBe(1);
  });

  test('equals the share of k-subsets with a right completion', () => {
    const size = (bits: number): number => bits.toString(2).replaceAll('0', '').length;
    const counts = fc
      .integer({ min: 1, max: 8 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n }), fc.integer({ min: 1, max: n })));
    fc.assert(
      fc.property(counts, ([n, c, k]) => {
        const subsets = Array.from({ length: 2 ** n }, (_, bits) => bits).filter((bits) => size(bits) === k);
        const hits = subsets.filter((bits) => (bits & (2 ** c - 1)) !== 0);
        expect(passAtK(n, c, k)).toBeCloseTo(hits.length / subsets.length, 10);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('refuses more draws than completions and impossible counts', () => {
    expect(() => passAtK(4, 2, 5)).toThrow(/k:/);
    expect(() => passAtK(4, 5, 1)).toThrow(/c:/);
    expect(() => passAtK(0, 0, 1)).toThrow(/n:/);
  });
});
