/** @file A recorded run as lines, pale and grey by its style: what is still ahead of the run in hand. */
import { isSmoothed, traceOf, type Spread, type Trace } from './prepare.ts';
import type { Row, Series } from './series.ts';
import type { ColoredTrace } from './Traces.tsx';
import type { ChartView } from './view.ts';

/**
 * A recorded run of which the steps in (`after`, `until`] are drawn; the axes hold all of it, so that they stay as they
 * are while a live run comes.
 */
export interface Recording {
  readonly rows: readonly Row[];
  readonly after: number;
  readonly until: number;
}

/** The recording that can be drawn: on an axis of steps, as it has no tokens and no seconds of this machine. */
export const onAxis = (recording: Recording | null, { axis }: ChartView): Recording | null =>
  axis === 'step' ? recording : null;

/** The sum of the shares before one in each row: where its area begins. */
const floorsOf = (rows: readonly Row[], before: readonly Series[]) =>
  rows.map(({ values }) => before.reduce((sum, { key }) => sum + (values[key] ?? 0), 0));

/** A share as the area between the sum of those before it and its own upper edge. */
function shareTrace(
  rows: readonly Row[],
  before: readonly Series[],
  { key }: Series,
  view: ChartView,
  span: number,
  pixels: number,
): Trace & { readonly spread: Spread } {
  const floors = floorsOf(rows, before);
  const measured = rows.flatMap((row, index) => {
    const [share, floor] = [row.values[key], floors[index] ?? 0];
    // Digits that a file leaves out may not make more than all of it.
    return share === undefined ? [] : [{ ...row, values: { floor, top: Math.min(1, floor + share) } }];
  });
  const [low, top] = [
    traceOf(measured, 'floor', view, span, pixels, 0),
    traceOf(measured, 'top', view, span, pixels, 0),
  ];
  return { ...top, spread: { kind: 'band', xs: top.xs, lows: low.ys, highs: top.ys } };
}

/** All of a recorded run's lines in units of the axes. */
export function recordedTraces(
  rows: readonly Row[],
  series: readonly Series[],
  view: ChartView,
  span: number,
  pixels: number,
): readonly ColoredTrace[] {
  const shares = series.filter(({ draw }) => draw === 'share');
  return series.map((one): ColoredTrace => ({
    id: `recorded ${one.key}`,
    color: one.color,
    width: one.draw === 'line' ? 2 : 1.25,
    opacity: 1,
    dots: false,
    dashed: one.draw === 'dashed',
    ...(one.draw === 'share'
      ? shareTrace(rows, shares.slice(0, shares.indexOf(one)), one, view, span, pixels)
      : traceOf(rows, one.key, view, span, pixels, isSmoothed(one) ? view.smoothing : 0)),
  }));
}

/** The part of each line, and of the area under it, after one position and up to another. */
export function partOf(traces: readonly ColoredTrace[], after: number, until: number): readonly ColoredTrace[] {
  return traces.map(({ spread, ...trace }) => {
    const within = [...trace.xs.keys()].filter(
      (index) => (trace.xs[index] ?? 0) > after && (trace.xs[index] ?? 0) <= until,
    );
    const cut = (column: readonly number[]) => within.map((index) => column[index] ?? 0);
    const area = spread && {
      spread: { ...spread, xs: cut(spread.xs), lows: cut(spread.lows), highs: cut(spread.highs) },
    };
    return { ...trace, xs: cut(trace.xs), ys: cut(trace.ys), ...area };
  });
}
