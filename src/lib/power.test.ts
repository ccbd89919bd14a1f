import { describe, expect, test } from 'vitest';
import { random } from './random.ts';
import { seedsNeeded, separation } from './power.ts';

describe('seeds that tell two arms apart', () => {
  test.each([
    // Published sample sizes of the paired t test at 5 % and power 80 % (Cohen's d, two-sided).
    [0.2, 199],
    [0.5, 34],
    [0.8, 15],
    [1, 10],
    [1.5, 6],
  ])('an effect of %d deviations needs about %d', (effect, published) => {
    expect(Math.abs(seedsNeeded(effect, 1) - published)).toBeLessThanOrEqual(1);
    expect(seedsNeeded(-3 * effect, 3)).toBe(seedsNeeded(effect, 1));
  });

  test('no difference is never found, and one without spread at once', () => {
    expect(seedsNeeded(0, 1)).toBe(Infinity);
    expect(seedsNeeded(0.01, 1)).toBe(Infinity);
    expect(seedsNeeded(1, 0)).toBe(2);
  });

  test('with that many seeds the interval excludes 0 in about 80 of 100 repetitions', () => {
    const draws = random('power');
    const n = seedsNeeded(0.8, 1);
    let clear = 0;
    for (let i = 0; i < 2000; i++) {
      const second = Array.from({ length: n }, () => 5);
      if (
        separation(
          second.map((value) => value + 0.8 + draws.normal()),
          second,
        ).isClear
      )
        clear++;
    }
    expect(clear / 2000).toBeGreaterThan(0.77);
    expect(clear / 2000).toBeLessThan(0.84);
  });
});

describe('paired runs', () => {
  test('the difference within seeds counts, not the spread between them', () => {
    const { mean, interval, isClear, needed } = separation([10, 20, 30.3], [9, 19, 29.1]);
    expect(mean).toBeCloseTo(1.0667, 4);
    // s = 0.11547, t(2) = 4.30265.
    expect(interval?.[0]).toBeCloseTo(1.0667 - 0.28684, 4);
    expect(isClear).toBe(true);
    expect(needed).toBeLessThanOrEqual(3);
  });

  test('one seed tells nothing, and unequal numbers are refused', () => {
    expect(separation([1], [0])).toEqual({ mean: 1, interval: null, seeds: 1, isClear: false, needed: null });
    expect(() => separation([1, 2], [1])).toThrow('first, second: one value for each seed of both');
  });
});
