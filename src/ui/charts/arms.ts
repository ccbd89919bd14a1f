/**
 * @file Arms of a comparison over seeds: their runs, and for each step the mean over the runs with its 95 % interval.
 */
import { type Interval, mean, tInterval } from '../../lib/statistics.ts';
import { columnOf, smoothed } from './prepare.ts';
import { boundsOf, type Row, type Series } from './series.ts';

/** The finished runs of one arm, one per seed. */
export interface ArmRuns {
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  /** Rows of each run, in ascending steps. */
  readonly runs: readonly (readonly Row[])[];
}

/** Intervals are drawn from three runs on: over two runs they would rest on one degree of freedom. */
const FEWEST_FOR_INTERVAL = 3;

/** Two-sided 95 % interval of the mean of independent runs by Student's t, cut at `bounds`; null for too few. */
export const intervalOf = (values: readonly number[], bounds: Interval): Interval | null =>
  values.length < FEWEST_FOR_INTERVAL ? null : tInterval(values, bounds);

/** The parts of a series that its mean over runs depends on. */
type Averaged = Pick<Series, 'key' | 'unit' | 'bounds'>;

/** Where a row stands on the axes that count tokens and time. */
const positionKeys = ['num_tokens', 'step_time'];

/** Cache: the last means, raw and smoothed, of each list of runs. */
const known = new WeakMap<
  ArmRuns['runs'],
  Map<string, { readonly smoothing: number; readonly rows: readonly Row[] }>
>();

/** For each step that all runs have, its row index in each run. */
function commonSteps(runs: ArmRuns['runs']): readonly (readonly number[])[] {
  const places = runs.map(() => 0);
  return (runs[0] ?? []).flatMap(({ step }) => {
    runs.forEach((rows, run) => {
      let place = places[run] ?? 0;
      while ((rows[place]?.step ?? Infinity) < step) place++;
      places[run] = place;
    });
    return runs.every((rows, run) => rows[places[run] ?? 0]?.step === step) ? [[...places]] : [];
  });
}

function computed(runs: ArmRuns['runs'], series: Averaged, smoothing: number): readonly Row[] {
  const { key } = series;
  const columns = runs.map((rows) => smoothed(columnOf(rows, key), smoothing));
  return commonSteps(runs).map((places): Row => {
    const values: Record<string, number> = {};
    for (const name of positionKeys) {
      const there = runs.flatMap((rows, run) => rows[places[run] ?? 0]?.values[name] ?? []);
      if (there.length === runs.length) values[name] = mean(there);
    }
    const measured = columns.map((column, run) => column[places[run] ?? 0] ?? Number.NaN);
    const isWhole = !measured.some(Number.isNaN);
    if (isWhole) values[key] = mean(measured);
    const interval = isWhole ? intervalOf(measured, boundsOf(series)) : null;
    return { step: runs[0]?.[places[0] ?? 0]?.step ?? 0, values, ranges: interval ? { [key]: interval } : {} };
  });
}

/**
 * The mean of one number over runs, for each step that all of them have; from three runs on its 95 % interval is the
 * range under the same key. Each run is smoothed over its own steps first (`smoothing` as in a view), which equals
 * smoothing the mean. Cached per list of runs.
 */
export function meanRows(runs: ArmRuns['runs'], series: Averaged, smoothing = 0): readonly Row[] {
  const ofRuns = known.get(runs) ?? new Map<string, { smoothing: number; rows: readonly Row[] }>();
  known.set(runs, ofRuns);
  const name = `${smoothing === 0 ? 'plain' : 'averaged'} ${series.key}`;
  const found = ofRuns.get(name);
  if (found?.smoothing === smoothing) return found.rows;
  const rows = computed(runs, series, smoothing);
  ofRuns.set(name, { smoothing, rows });
  return rows;
}
