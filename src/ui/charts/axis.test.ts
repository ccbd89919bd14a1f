import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extent, logAxis, stepAxis, valueAxis } from './axis.ts';

describe('valueAxis', () => {
  it('has ticks on round numbers', () => {
    expect(valueAxis(0, 1)).toEqual({ domain: [0, 1], ticks: [0, 0.5, 1], decimals: 1 });
    expect(valueAxis(0, 0.428).ticks).toEqual([0, 0.2, 0.4, 0.6]);
    expect(valueAxis(0, 10).ticks).toEqual([0, 5, 10]);
    expect(valueAxis(-0.5, 1.2).ticks).toEqual([-0.5, 0, 0.5, 1, 1.5]);
  });

  it('includes both numbers, with few ticks, at any magnitude', () => {
    const size = fc.double({ min: 1e-7, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(size, size, (offset, span) => {
        const [low, high] = [-offset, -offset + span];
        const { domain, ticks } = valueAxis(low, high);
        expect(domain[0]).toBeLessThanOrEqual(low + span * 1e-6);
        expect(domain[1]).toBeGreaterThanOrEqual(high - span * 1e-6);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
      }),
    );
  });
});

describe('logAxis', () => {
  it('goes from power to power of ten and includes both numbers, with few ticks', () => {
    expect(logAxis(0.002, 0.4)).toMatchObject({ domain: [0.001, 1], ticks: [0.001, 0.01, 0.1, 1] });
    expect(logAxis(0.5, 0.6)).toMatchObject({ domain: [0.1, 1], ticks: [0.1, 1] });
    expect(logAxis(1e-9, 1).ticks.length).toBeLessThanOrEqual(5);
  });
});

describe('stepAxis', () => {
  it('ends at the last step and has ticks only at whole steps', () => {
    expect(stepAxis(137, 6)).toEqual({ domain: [0, 137], ticks: [0, 50, 100], decimals: 0 });
    expect(stepAxis(3, 6).domain).toEqual([0, 10]);
    expect(stepAxis(3, 20).ticks.every(Number.isInteger)).toBe(true);
  });
});

describe('extent', () => {
  it('includes values and ranges, and at least the floor', () => {
    const rows = [
      { x: 1, step: 1, values: { reward: 0.5 }, ranges: { reward: [-0.1, 0.7] as const } },
      { x: 2, step: 2, values: {}, ranges: {} },
    ];
    const series = [{ key: 'reward', label: '', unit: '', color: '', draw: 'line', range: 'reward' } as const];
    expect(extent(rows, series, [], [0, 1])).toEqual([-0.1, 1]);
    expect(extent(rows, series, [{ xs: [1], ys: [3] }], [0, 1])).toEqual([-0.1, 3]);
    expect(extent([], series, [], null)).toBeNull();
  });
});
