import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPoints, decimate, lastValue, type Row } from './series.ts';

const rowsOf = (count: number, every: number): Row[] =>
  Array.from({ length: count }, (_, step) => {
    const values: Record<string, number> = { reward: step / count };
    if (step % every === 0) values['eval'] = 1;
    return { step, values, ranges: {} };
  });

describe('decimate', () => {
  it('keeps order, the ends and the limit, whatever the length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 10, max: 300 }), (count, every, limit) => {
        const rows = rowsOf(count, every);
        const drawn = decimate(rows, limit, ['eval']);
        expect(drawn.length).toBeLessThanOrEqual(limit);
        expect(drawn[0]).toBe(rows[0]);
        expect(drawn.at(-1)).toBe(rows.at(-1));
        const steps = drawn.map((row) => row.step);
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  it('does not drop a rare measurement while there is room', () => {
    const drawn = decimate(rowsOf(2000, 100), 300, ['eval']);
    expect(countPoints(drawn, 'eval')).toBe(20);
  });
});

describe('lastValue', () => {
  it('skips rows in which the series is absent and never invents a zero', () => {
    const rows = rowsOf(15, 10);
    expect(lastValue(rows, 'eval')?.row.step).toBe(10);
    expect(lastValue(rows, 'kl')).toBeNull();
  });
});
