/** @file Learning-rate schedules: start, rise, plateau and end. */
import { expect, test } from 'vitest';
import { warmup, warmupStableDecay } from './schedule.ts';

test('warm-up rises in equal steps from peak / warmup to the peak, then stays', () => {
  expect([0, 1, 2, 3, 4, 5, 100].map((update) => warmup(0.8, 4, update))).toEqual([
    0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8, 0.8,
  ]);
});

test('without warm-up the first update has the peak rate', () => {
  expect([0, 1].map((update) => warmup(0.5, 0, update))).toEqual([0.5, 0.5]);
});

test('after warm-up and plateau a straight line reaches the floor at the last update, then stays', () => {
  const rates = Array.from({ length: 12 }, (_, update) => warmupStableDecay(1, 2, 10, 4, 0.2, update));
  const expected = [0.5, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2];
  rates.forEach((rate, update) => expect(rate, `update ${update}`).toBeCloseTo(expected[update] as number, 12));
});

test('a decay longer than the run starts below the peak and still ends at the floor', () => {
  expect(warmupStableDecay(1, 1, 5, 8, 0, 0)).toBeCloseTo(0.5, 12);
  expect(warmupStableDecay(1, 1, 5, 8, 0, 4)).toBe(0);
});
