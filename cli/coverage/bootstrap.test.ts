/** @file The percentile bootstrap, for comparison in `npm run coverage`. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/lib/random.ts';
import { mean } from '../../src/lib/statistics.ts';
import { bootstrapInterval } from './bootstrap.ts';

describe('bootstrapInterval', () => {
  const items = Array.from({ length: 200 }, (_, i) => Number(i % 4 === 0));

  test('agrees with the normal approximation for a share and is reproducible', () => {
    const [low, high] = bootstrapInterval(items, mean, random('bootstrap', 1), 2000);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 200);
    expect(low).toBeCloseTo(0.25 - half, 1.5);
    expect(high).toBeCloseTo(0.25 + half, 1.5);
    expect(Math.abs(high - low - 2 * half)).toBeLessThan(0.012);
    expect(bootstrapInterval(items, mean, random('bootstrap', 1), 2000)).toEqual([low, high]);
    expect(bootstrapInterval(items, mean, random('bootstrap', 2), 2000)).not.toEqual([low, high]);
  });

  test('has no width if all items agree, and refuses no items', () => {
    expect(bootstrapInterval([3, 3, 3], mean, random('same'))).toEqual([3, 3]);
    expect(() => bootstrapInterval([], () => 0, random('none'))).toThrow(/items/);
    expect(() => bootstrapInterval([1], mean, random('none'), 0)).toThrow(/resamples/);
  });
});
