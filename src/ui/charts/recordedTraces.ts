/** @file A recorded run as lines, drawn pale and grey: the steps that the current run has not reached. */
import { isSmoothed, traceOf, type Spread, type Trace } from './prepare.ts';
import type { Row, Series } from './series.ts';
import type { ColoredTrace } from './Traces.tsx';
import type { ChartView } from './view.ts';

/**
 * A recorded run of which the steps in (`after`, `until`] are drawn; the axes include all of it, so that they stay put
 * while a live run comes.
 */
export interface Recording {
  readonly rows: readonly Row[];
  readonly after: number;
  readonly until: number;
}

/** The recording, if it can be drawn: only on an axis of steps, because it has no tokens and no times. */
export const onAxis = (recording: Recording | null, { axis }: ChartView): Recording | null =>
  axis === 'step' ? recording : null;

/** For each row the sum of the shares before one: the lower edge of its area. */
const floorsOf = (rows: readonly Row[], before: readonly Series[]) =>
  rows.map(({ values }) => before.reduce((sum, { key }) => sum + (values[key] ?? 0), 0));

/** A share as the area between the sum of those before it and its upper edge. */
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
    // Shares in a file are rounded, so their sum may exceed 1.
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

/** The part of each line, and of its area, in (`after`, `until`]. */
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
