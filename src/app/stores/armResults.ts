/**
 * @file Results of a comparison so far: the lines of each arm, one number per run with its mean over seeds, and which
 * arms it tells apart.
 */
import { present } from '../../lib/assert.ts';
import { type Separation, separation } from '../../lib/power.ts';
import { type Interval, mean } from '../../lib/statistics.ts';
import { type ArmRuns, intervalOf } from '../../ui/charts/arms.ts';
import type { Row } from '../../ui/charts/series.ts';
import { runColor } from '../chartSpecs.ts';
import { type MeasureId, measuresOf } from './armMeasures.ts';
import type { Plan } from './comparisonPlan.ts';

type RowsById = Readonly<Record<string, readonly Row[]>>;

/**
 * Arms with rows to draw. An arm with the same runs as in `before` stays the same object, so that it is not computed
 * again.
 */
export function armRunsOf({ arms, runs }: Plan, rows: RowsById, before: readonly ArmRuns[]): readonly ArmRuns[] {
  return arms.flatMap(({ id, title }, index): ArmRuns[] => {
    const own = runs
      .filter(({ arm }) => arm === id)
      .flatMap((run) => (rows[run.id] ? [rows[run.id] as readonly Row[]] : []));
    if (own.length === 0) return [];
    const old = before.find((arm) => arm.id === id && arm.color === runColor(index));
    const isSame = old?.runs.length === own.length && own.every((run, place) => run === old.runs[place]);
    return [old && isSame ? old : { id, name: title, color: runColor(index), runs: own }];
  });
}

/** A mean over runs; with an interval from three runs on. */
export interface Estimate {
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
  /** Number of runs, or of pairs of runs. */
  readonly count: number;
}

export interface ArmResult {
  readonly arm: string;
  /** Number of finished runs. */
  readonly done: number;
  readonly value: Estimate | null;
  /** This arm minus the first, over the seeds that both have; null for the first arm. */
  readonly difference: Estimate | null;
}

/** Two arms over the seeds that both have; the difference is first minus second. */
export interface Pair extends Separation {
  readonly first: string;
  readonly second: string;
}

export interface Results {
  readonly measure: MeasureId;
  /** Measures that all finished runs have. */
  readonly measures: readonly MeasureId[];
  readonly arms: readonly ArmResult[];
  /** Every pair of arms with a common seed; the first arm of a pair has the larger mean difference. */
  readonly pairs: readonly Pair[];
}

const estimate = (values: readonly number[], bounds: Interval): Estimate | null =>
  values.length === 0 ? null : { mean: mean(values), interval: intervalOf(values, bounds), count: values.length };

/** Values of one arm by seed. */
type BySeed = ReadonlyMap<number, number>;

/** The values of two arms at their common seeds, in the order of the first. */
function common(one: BySeed, other: BySeed): readonly (readonly [number, number])[] {
  return [...one].flatMap(([seed, value]) => {
    const beside = other.get(seed);
    return beside === undefined ? [] : [[value, beside] as const];
  });
}

function pairOf(first: string, second: string, values: readonly (readonly [number, number])[]): Pair {
  const [left, right] = [values.map(([value]) => value), values.map(([, value]) => value)];
  const found = separation(left, right);
  return found.mean < 0 ? { first: second, second: first, ...separation(right, left) } : { first, second, ...found };
}

/**
 * Results of the finished runs in one number that all of them have: `chosen`, or else the one that `measuresOf` puts
 * first. `metric`: id of the first number of a stored result.
 */
export function resultsOf({ arms, runs }: Plan, rows: RowsById, metric = '', chosen?: MeasureId): Results {
  const counted = runs.flatMap((run) =>
    run.done && rows[run.id] ? [{ ...run, rows: rows[run.id] as readonly Row[] }] : [],
  );
  const offered = measuresOf(
    counted.map((run) => run.rows),
    metric,
  );
  const measure = present(offered.find(({ id }) => id === chosen) ?? offered[0], 'the reward');
  const bySeed = new Map(
    arms.map(({ id }) => [
      id,
      new Map(
        counted.flatMap((run) => {
          const value = run.arm === id ? measure.valueOf(run.rows) : null;
          return value === null ? [] : [[run.seed, value] as const];
        }),
      ),
    ]),
  );
  const valuesOf = (id: string): BySeed => bySeed.get(id) ?? new Map<number, number>();
  const ids = arms.map(({ id }) => id);
  return {
    measure: measure.id,
    measures: offered.map(({ id }) => id),
    arms: ids.map((arm, index) => {
      const values = valuesOf(arm);
      const own = counted.filter((run) => run.arm === arm);
      const differences = common(values, valuesOf(ids[0] ?? '')).map(([value, first]) => value - first);
      return {
        arm,
        done: own.length,
        value: estimate([...values.values()], measure.boundsOf(own.map((run) => run.rows))),
        difference: index === 0 ? null : estimate(differences, measure.ofDifference),
      };
    }),
    pairs: ids.flatMap((first, index) =>
      ids.slice(index + 1).flatMap((second) => {
        const values = common(valuesOf(first), valuesOf(second));
        return values.length === 0 ? [] : [pairOf(first, second, values)];
      }),
    ),
  };
}
