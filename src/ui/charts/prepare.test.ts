import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, positions, prepare, smoothed, thinned, traceOf } from './prepare.ts';
import type { Row, Series } from './series.ts';
import { plainView } from './view.ts';

const series: readonly Series[] = [
  { key: 'reward', label: '', unit: '', color: '', draw: 'line' },
  { key: 'kl', label: '', unit: '', color: '', draw: 'line' },
  { key: 'eval', label: '', unit: '', color: '', draw: 'points', sparse: true },
];

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, step) => ({
    step,
    ranges: {},
    values: {
      reward: Math.sin(step),
      kl: step === 777 ? 50 : 0.1,
      num_tokens: 10 * step,
      step_time: 0.5,
      ...(step % 100 === 0 ? { eval: step } : {}),
    },
  }));

describe('thinning', () => {
  it('draws no more points than pixels allow: six series of 2 000 steps fit one chart', () => {
    const drawn = prepare(rowsOf(2000), series, plainView, 2000, 500);
    // Of each bucket of two pixels the lowest and highest of each of three series, and the ends.
    expect(drawn.length).toBeLessThanOrEqual(250 * 4 + 2);
    for (let run = 0; run < 5; run++)
      expect(traceOf(rowsOf(2000), 'reward', plainView, 2000, 500, 0).xs.length).toBeLessThanOrEqual(250 * 2 + 2);
    expect(traceOf(rowsOf(20_000), 'reward', plainView, 20_000, 500, 0).xs.length).toBeLessThanOrEqual(250 * 2 + 2);
  });

  it('keeps the extremes of each series, the ends, and rare measurements', () => {
    const drawn = prepare(rowsOf(2000), series, plainView, 2000, 500);
    expect(drawn.find(({ step }) => step === 777)?.values.kl).toBe(50);
    expect(drawn.filter(({ values }) => 'eval' in values)).toHaveLength(20);
    expect([drawn[0]?.step, drawn.at(-1)?.step]).toEqual([0, 1999]);
  });

  it('keeps order and extremes for any numbers', () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 200 }),
        (values, pixels) => {
          const xs = Float64Array.from(values.keys());
          const column = Float64Array.from(values);
          const kept = thinned(xs, [column], values.length, pixels);
          expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
          const finite = (numbers: readonly number[]) => numbers.filter((number) => !Number.isNaN(number));
          const shown = finite(kept.map((index) => column[index] ?? 0));
          const all = finite(values);
          if (all.length > 0)
            expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...all), Math.max(...all)]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('prepare', () => {
  it('places steps by tokens and by time, and an evaluation at the step before it', () => {
    const rows: Row[] = [...rowsOf(3), { step: 2.5, values: { eval: 1 }, ranges: {} }];
    expect(Array.from(positions(rows).tokens)).toEqual([0, 10, 20, 20]);
    expect(Array.from(positions(rows).time)).toEqual([0.5, 1, 1.5, 1.5]);
    expect(prepare(rows, series, { ...plainView, axis: 'tokens' }, 20, 300).map(({ x }) => x)).toEqual([0, 10, 20, 20]);
  });

  it('smooths by the formula, skips missing values, and leaves rare measurements as they are', () => {
    const average = smoothed(Float64Array.of(1, Number.NaN, 3, 3), 0.5);
    // By hand: (0.5 * 1) / 0.5; then (0.25 * 1 + 0.5 * 3) / 0.75; then (0.125 + 0.75 + 1.5) / 0.875.
    expect(average[0]).toBe(1);
    expect(average[1]).toBeNaN();
    expect(average[2]).toBeCloseTo(1.75 / 0.75, 12);
    expect(average[3]).toBeCloseTo(2.375 / 0.875, 12);
    const drawn = prepare(rowsOf(300), series, { ...plainView, smoothing: 0.9 }, 300, 1000);
    expect(drawn[200]?.values.eval).toBe(200);
    expect(drawn[200]?.values.reward).not.toBe(Math.sin(200));
  });

  it('leaves values without a logarithm out of a logarithmic scale', () => {
    const drawn = prepare(rowsOf(10), series, { ...plainView, scale: 'log' }, 10, 100);
    expect(drawn.map(({ values }) => values.reward).every((value) => value === undefined || value > 0)).toBe(true);
    expect(drawn.filter(({ values }) => 'reward' in values).length).toBe(6);
  });
});

it('nearest finds the nearest row from either side', () => {
  const xs = Float64Array.of(0, 10, 20);
  expect([-5, 4, 6, 14.9, 15.1, 99].map((x) => nearest(xs, x))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(nearest(new Float64Array(0), 1)).toBe(-1);
});
