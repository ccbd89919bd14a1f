/**
 * @file From rows to drawn points: positions on the axis, moving average, and thinning to the available pixels. A
 * bucket of two pixels keeps the lowest and the highest value of every series, so that a spike of one step is never
 * lost.
 */
import type { Row, Series } from './series.ts';
import type { AxisKind, ChartView } from './view.ts';

/** Pixels per bucket, which keeps one lowest and one highest value. */
const BUCKET = 2;

/** A row for the drawing: `x` in units of the axis, values smoothed, on a logarithmic scale only those above zero. */
export interface DrawnRow extends Row {
  readonly x: number;
}

type Positions = Readonly<Record<AxisKind, Float64Array>>;
const known = new WeakMap<readonly Row[], Positions>();

/**
 * The position of each row on each axis: step, tokens so far, seconds of training so far. A row without a count has the
 * position of the row before it.
 */
export function positions(rows: readonly Row[]): Positions {
  const found = known.get(rows);
  if (found) return found;
  const made = {
    step: new Float64Array(rows.length),
    tokens: new Float64Array(rows.length),
    time: new Float64Array(rows.length),
  };
  let [tokens, time] = [0, 0];
  rows.forEach(({ step, values }, index) => {
    tokens = values['num_tokens'] ?? tokens;
    time += values['step_time'] ?? 0;
    made.step[index] = step;
    made.tokens[index] = tokens;
    made.time[index] = time;
  });
  known.set(rows, made);
  return made;
}

/** Index of the row nearest to a position; `xs` ascends. -1 where there are no rows. */
export function nearest(xs: Float64Array, x: number): number {
  if (xs.length === 0) return -1;
  let [low, high] = [0, xs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const before = xs[low - 1];
  const here = xs[low];
  return before !== undefined && here !== undefined && x - before < here - x ? low - 1 : low;
}

/** A series' values, NaN where it was not measured. */
export function columnOf(rows: readonly Row[], key: string): Float64Array {
  return Float64Array.from(rows, ({ values }) => values[key] ?? Number.NaN);
}

/**
 * Exponential moving average without the pull towards its start (the bias correction of Adam, arXiv 1412.6980, section
 * 3): the first value is unchanged. Missing values are skipped.
 */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  if (weight === 0) return values;
  let [average, total] = [0, 0];
  return values.map((value) => {
    if (Number.isNaN(value)) return value;
    average = weight * average + (1 - weight) * value;
    total = weight * total + 1 - weight;
    return average / total;
  });
}

/** Whether a series is smoothed: rare measurements, and shares that add up to one, are not. */
export const isSmoothed = (series: Series): boolean => !series.sparse && series.draw !== 'share';

/**
 * Indices to draw: of each bucket the first row, and the lowest and highest of each column; always the first and last
 * row of all.
 */
export function thinned(
  xs: Float64Array,
  columns: readonly Float64Array[],
  span: number,
  pixels: number,
): readonly number[] {
  const buckets = Math.max(1, Math.floor(pixels / BUCKET));
  if (xs.length <= buckets) return Array.from(xs.keys());
  const chosen = new Set<number>([0, xs.length - 1]);
  const take = (from: number, to: number) => {
    for (const column of columns) {
      let [lowest, highest] = [-1, -1];
      for (let index = from; index < to; index++) {
        const value = column[index] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        if (lowest < 0 || value < (column[lowest] ?? 0)) lowest = index;
        if (highest < 0 || value > (column[highest] ?? 0)) highest = index;
      }
      if (lowest >= 0) chosen.add(lowest).add(highest);
    }
  };
  const bucketOf = (index: number) => Math.floor(((xs[index] ?? 0) / span) * buckets);
  let from = 0;
  for (let index = 1; index <= xs.length; index++) {
    if (index < xs.length && bucketOf(index) === bucketOf(from)) continue;
    take(from, index);
    from = index;
  }
  return [...chosen].toSorted((a, b) => a - b);
}

export const isDrawable = (value: number, scale: ChartView['scale']) =>
  !Number.isNaN(value) && (scale === 'linear' || value > 0);

/** The rows that a drawing of this width needs. `span` is the axis length from 0, in its units. */
export function prepare(
  rows: readonly Row[],
  series: readonly Series[],
  view: ChartView,
  span: number,
  pixels: number,
): readonly DrawnRow[] {
  const xs = positions(rows)[view.axis];
  const columns = series.map((one) => {
    const raw = columnOf(rows, one.key);
    return isSmoothed(one) ? smoothed(raw, view.smoothing) : raw;
  });
  return thinned(xs, columns, span, pixels).map((index) => {
    const values: Record<string, number> = {};
    series.forEach(({ key }, place) => {
      const value = columns[place]?.[index] ?? Number.NaN;
      if (isDrawable(value, view.scale)) values[key] = value;
    });
    const row = rows[index];
    const ranges = Object.fromEntries(
      Object.entries(row?.ranges ?? {}).filter(([, [low]]) => view.scale === 'linear' || low > 0),
    );
    return { step: row?.step ?? 0, x: xs[index] ?? 0, values, ranges };
  });
}

/** A line as thinned points in units of the axes; points that cannot be drawn are left out. */
export interface Trace {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** A lower and an upper end for each position, in units of the axes: a band around a line, or whiskers on points. */
export interface Spread {
  readonly kind: 'band' | 'whiskers';
  readonly xs: readonly number[];
  readonly lows: readonly number[];
  readonly highs: readonly number[];
}

/** One series as a line, for another run or the raw values behind the average. */
export function traceOf(
  rows: readonly Row[],
  key: string,
  view: ChartView,
  span: number,
  pixels: number,
  smoothing: number,
): Trace {
  const xs = positions(rows)[view.axis];
  const column = smoothed(columnOf(rows, key), smoothing);
  const indices = thinned(xs, [column], span, pixels).filter((index) =>
    isDrawable(column[index] ?? Number.NaN, view.scale),
  );
  return { xs: indices.map((index) => xs[index] ?? 0), ys: indices.map((index) => column[index] ?? 0) };
}

/** The end of an axis that all these rows fit on. */
export const lastPosition = (runs: readonly (readonly Row[])[], axis: AxisKind): number =>
  Math.max(0, ...runs.map((rows) => positions(rows)[axis].at(-1) ?? 0));
