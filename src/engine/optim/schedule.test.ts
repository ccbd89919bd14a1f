/** @file Learning rates over a run: where they start, rise, stay and end. */
import { expect, test } from 'vitest';
import { warmup, warmupStableDecay } from './schedule.ts';

test('warm-up rises in equal steps from peak / warmup and then stays', () => {
  expect([0, 1, 2, 3, 4, 5, 100].map((update) => warmup(0.8, 4, update))).toEqual([
    0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8, 0.8,
  ]);
});

test('without warm-up the peak comes at once', () => {
  expect([0, 1].map((update) => warmup(0.5, 0, update))).toEqual([0.5, 0.5]);
});

test('after warm-up and plateau a straight line ends at the floor with the last update, and stays there', () => {
  const rates = Array.from({ length: 12 }, (_, update) => warmupStableDecay(1, 2, 10, 4, 0.2, update));
  const expected = [0.5, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2];
  rates.forEach((rate, update) => expect(rate, `update ${update}`).toBeCloseTo(expected[update] as number, 12));
});

test('a decay longer than the run starts below the peak and still ends at the floor', () => {
  expect(warmupStableDecay(1, 1, 5, 8, 0, 0)).toBeCloseTo(0.5, 12);
  expect(warmupStableDecay(1, 1, 5, 8, 0, 4)).toBe(0);
});
