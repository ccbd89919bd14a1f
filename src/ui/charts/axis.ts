/** @file Axes on round numbers: ticks at 1, 2 or 5 times a power of ten, or at powers of ten alone. */
import type { DrawnRow, Spread, Trace } from './prepare.ts';
import type { Series } from './series.ts';

export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Decimals needed to tell neighbouring ticks apart. */
  readonly decimals: number;
}

/** The smallest round step of at least `span / count`. */
function roundStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function ticksBetween(first: number, last: number, step: number): number[] {
  const count = Math.round((last - first) / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((first + index * step).toPrecision(12)));
}

const decimalsOf = (step: number) => Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9)));

/** An axis that includes `low` and `high` and begins and ends on a tick. */
export function valueAxis(low: number, high: number, count = 4): Axis {
  const step = roundStep(Math.max(high - low, 1e-9), count);
  const first = Math.floor(low / step + 1e-9) * step;
  const last = Math.ceil(high / step - 1e-9) * step;
  return { domain: [first, last], ticks: ticksBetween(first, last, step), decimals: decimalsOf(step) };
}

/**
 * A logarithmic axis from power to power of ten that includes two numbers above zero, with at most about `count` ticks.
 */
export function logAxis(low: number, high: number, count = 4): Axis {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(high) - 1e-9));
  const stride = Math.ceil((last - first) / count);
  const powers = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => first + index * stride);
  return {
    domain: [10 ** first, 10 ** last],
    ticks: powers.map((power) => Number(`1e${power}`)),
    decimals: Math.max(0, Math.min(9, -first)),
  };
}

/** The end of an axis that counts up from 0. */
export const spanOf = (last: number): number => Math.max(last, 10);

/**
 * An axis that counts up from 0: exactly to its last value, at least to 10, with ticks on round whole numbers below it.
 */
export function stepAxis(lastStep: number, count: number): Axis {
  const last = spanOf(lastStep);
  const step = Math.max(1, roundStep(last, count));
  return { domain: [0, last], ticks: ticksBetween(0, Math.floor(last / step) * step, step), decimals: 0 };
}

/**
 * The most that a band widens the axis, as a share of the lines' height; the rest is cut off, and shown by tooltip and
 * table.
 */
const MOST_WIDENED = 0.25;

/**
 * The range, widened for bands as far as `MOST_WIDENED` allows. Where all lines stay within the floor, bands do not
 * widen it: there the floor bounds the possible values. A logarithmic axis has no floor and is not widened.
 */
function widened(
  [low, high]: [number, number],
  spreads: readonly Spread[],
  floor: readonly [number, number] | null,
): [number, number] {
  if (!floor || spreads.length === 0) return [low, high];
  const room = (high - low) * MOST_WIDENED;
  const lowest = Math.min(low, ...spreads.map(({ lows }) => Math.min(...lows)));
  const highest = Math.max(high, ...spreads.map(({ highs }) => Math.max(...highs)));
  return [
    low >= floor[0] ? low : Math.max(lowest, low - room),
    high <= floor[1] ? high : Math.min(highest, high + room),
  ];
}

/**
 * Smallest and largest number that a chart draws, at least `floor`; null without numbers, as on an empty logarithmic
 * scale.
 */
export function extent(
  rows: readonly DrawnRow[],
  series: readonly Series[],
  traces: readonly (Trace & { readonly spread?: Spread })[],
  floor: readonly [number, number] | null,
): [number, number] | null {
  let [low, high] = floor ?? [Infinity, -Infinity];
  const take = (value: number | undefined) => {
    if (value === undefined) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const row of rows) {
    for (const { key, range } of series) {
      take(row.values[key]);
      if (range) row.ranges[range]?.forEach(take);
    }
  }
  for (const { ys } of traces) ys.forEach(take);
  return low <= high
    ? widened(
        [low, high],
        traces.flatMap(({ spread }) => spread ?? []),
        floor,
      )
    : null;
}
