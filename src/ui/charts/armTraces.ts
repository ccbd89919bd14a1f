/**
 * @file Arms of a comparison as lines: each run thin, their mean stronger, with a confidence band.
 */
import { type ArmRuns, meanRows } from './arms.ts';
import { isDrawable, isSmoothed, positions, thinned, traceOf, type Spread, type Trace } from './prepare.ts';
import { compared, type Row, type Series } from './series.ts';
import type { ColoredTrace } from './Traces.tsx';
import type { ChartView } from './view.ts';

/** CSS pixels. */
const THIN = 1;
const MEAN = 1.75;
const THIN_OPACITY = 0.45;

/** Cache: the last line of each run and series. */
const known = new WeakMap<readonly Row[], Map<string, { readonly of: string; readonly trace: Trace }>>();

/** The line of a finished run, recomputed only if axes or smoothing changed. */
function runTrace(
  rows: readonly Row[],
  key: string,
  view: ChartView,
  span: number,
  pixels: number,
  smoothing: number,
): Trace {
  const ofRun = known.get(rows) ?? new Map<string, { readonly of: string; readonly trace: Trace }>();
  known.set(rows, ofRun);
  const of = `${view.axis} ${view.scale} ${smoothing} ${span} ${pixels}`;
  const found = ofRun.get(key);
  if (found?.of === of) return found.trace;
  const trace = traceOf(rows, key, view, span, pixels, smoothing);
  ofRun.set(key, { of, trace });
  return trace;
}

/** The confidence band of these mean rows; undefined where they have no intervals. */
function spreadOf(rows: readonly Row[], series: Series, view: ChartView, span: number, pixels: number): Spread | null {
  const within = [...rows.keys()].filter((index) => rows[index]?.ranges[series.key]);
  if (within.length === 0) return null;
  const all = positions(rows)[view.axis];
  const end = (which: 0 | 1) =>
    Float64Array.from(within, (index) => rows[index]?.ranges[series.key]?.[which] ?? Number.NaN);
  const [xs, lows, highs] = [Float64Array.from(within, (index) => all[index] ?? 0), end(0), end(1)];
  const places = thinned(xs, [lows, highs], span, pixels).filter((place) =>
    isDrawable(highs[place] ?? Number.NaN, view.scale),
  );
  const at = (column: Float64Array) => places.map((place) => column[place] ?? 0);
  return { kind: series.draw === 'points' ? 'whiskers' : 'band', xs: at(xs), lows: at(lows), highs: at(highs) };
}

/** The lines of an arm: its runs in the first compared series, and the means of all compared series. */
export function armTraces(
  { id, color, runs }: ArmRuns,
  series: readonly Series[],
  view: ChartView,
  span: number,
  pixels: number,
): readonly ColoredTrace[] {
  if (runs.length === 0) return [];
  return compared(series).flatMap((one, index) => {
    const smoothing = isSmoothed(one) ? view.smoothing : 0;
    const means = meanRows(runs, one, smoothing);
    const spread = spreadOf(means, one, view, span, pixels);
    const shared = { color, dots: false };
    const thin =
      index > 0
        ? []
        : runs.map((rows, run): ColoredTrace => ({
            ...shared,
            id: `run ${id} ${run} ${one.key}`,
            width: THIN,
            opacity: THIN_OPACITY,
            ...runTrace(rows, one.key, view, span, pixels, smoothing),
          }));
    return [
      ...thin,
      {
        ...shared,
        id: `mean ${id} ${one.key}`,
        width: index > 0 ? THIN : MEAN,
        opacity: 1,
        dots: one.draw === 'points',
        ...(spread ? { spread } : {}),
        ...traceOf(means, one.key, view, span, pixels, 0),
      },
    ];
  });
}
