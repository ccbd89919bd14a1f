/** @file Token weights: the mean that each aggregation computes, and padding rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregations, constantNorm, sequenceMeanTokenMean, sequenceMeanTokenSum, tokenMean } from './aggregation.ts';

const completions = [2, 0, 6, 4].map((length) => ({ length, terminated: length !== 6 }));
/** Loss of each completion's tokens; the second is a padding row. */
const losses = [[1, 3], [], [1, 1, 1, 1, 1, 1], [2, 4, 6, 8]];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const weighted = (weights: Float32Array): number =>
  losses.reduce((sum, row, i) => sum + row.reduce((s, loss) => s + loss * (weights[i] as number), 0), 0);

describe('aggregation', () => {
  test('the token mean counts every token once', () => {
    expect(weighted(tokenMean(completions, 6))).toBeCloseTo(mean(losses.flat()), 6);
  });

  test('the sequence mean counts every completion once', () => {
    expect(weighted(sequenceMeanTokenMean(completions, 6))).toBeCloseTo(
      mean(losses.filter((row) => row.length > 0).map(mean)),
      6,
    );
  });

  test('the sequence sum does not divide by lengths; the constant norm divides by maxCompletionLength', () => {
    const sums = losses.map((row) => row.reduce((a, b) => a + b, 0));
    expect(weighted(sequenceMeanTokenSum(completions, 8))).toBeCloseTo((4 + 6 + 20) / 3, 5);
    expect(weighted(constantNorm(completions, 8))).toBeCloseTo(sums.reduce((a, b) => a + b, 0) / (3 * 8), 6);
  });

  test.each(Object.entries({ ...aggregations, sequenceMeanTokenSum }))(
    '%s: padding rows weigh 0, and a batch of only padding rows does not divide by zero',
    (_, aggregation) => {
      expect(aggregation(completions, 6)[1]).toBe(0);
      expect(Array.from(aggregation([{ length: 0, terminated: false }], 6))).toEqual([0]);
    },
  );

  test('all aggregations agree if every completion has the full length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (rows, length) => {
        const full = Array.from({ length: rows }, () => ({ length, terminated: true }));
        for (const aggregation of Object.values(aggregations)) {
          for (const weight of aggregation(full, length)) expect(weight * rows * length).toBeCloseTo(1, 5);
        }
      }),
    );
  });
});
