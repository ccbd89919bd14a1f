/**
 * @file Results of a live comparison so far: the lines of each arm, and one number per run with its mean over seeds.
 */
import { everywhere, type Interval, mean } from '../../lib/statistics.ts';
import type { StoredMetric, StoredResult } from '../../lessons/storedResult.ts';
import { type ArmRuns, intervalOf } from '../../ui/charts/arms.ts';
import { type Row, lastValue } from '../../ui/charts/series.ts';
import { runColor } from '../chartSpecs.ts';
import type { Plan } from './comparisonPlan.ts';

type RowsById = Readonly<Record<string, readonly Row[]>>;

/**
 * Arms with rows to draw. An arm with the same runs as in `before` stays the same object, so that it is not computed
 * again.
 */
export function armRunsOf(
  { arms: stored }: StoredResult,
  { arms, runs }: Plan,
  rows: RowsById,
  before: readonly ArmRuns[],
): readonly ArmRuns[] {
  return arms.flatMap((id, index): ArmRuns[] => {
    const own = runs
      .filter(({ arm }) => arm === id)
      .flatMap((run) => (rows[run.id] ? [rows[run.id] as readonly Row[]] : []));
    if (own.length === 0) return [];
    const old = before.find((arm) => arm.id === id && arm.color === runColor(index));
    const isSame = old?.runs.length === own.length && own.every((run, place) => run === old.runs[place]);
    return [
      old && isSame
        ? old
        : { id, name: stored.find(({ arm }) => arm === id)?.title ?? id, color: runColor(index), runs: own },
    ];
  });
}

/**
 * `own`: the first number of the stored result. `accuracy`: change of held-out accuracy from the base to the last
 * evaluation, in points. `reward`: mean reward of the last step.
 */
export type Measure = 'own' | 'accuracy' | 'reward';

/** Numbers of stored results that the rows hold as an exact read-out, by id, with their bounds. */
const exactNumbers: Readonly<Record<string, { readonly key: string; readonly bounds: Interval }>> = {
  gap: { key: 'exact/gap', bounds: [-Infinity, 1] },
  tv: { key: 'exact/distance', bounds: [0, 1] },
};

/** The number at the last evaluation of the run; null where only the base was evaluated. */
function exactEnd(rows: readonly Row[], key: string): number | null {
  const final = lastValue(rows, key);
  return final && final.row.step > 0 ? final.value : null;
}

/** Ids that stored results use for the change of held-out accuracy. */
const accuracyChanges: readonly string[] = ['change', 'sampled'];

/** Whether the measure is the first number of the stored result. */
export const isOwn = (measure: Measure, { id }: StoredMetric): boolean =>
  measure === 'own' || (measure === 'accuracy' && accuracyChanges.includes(id));

/** Held-out accuracies of base and end as shares; null where either is missing. */
function accuracies(rows: readonly Row[]): { readonly before: number; readonly after: number } | null {
  const base = rows.find(({ values }) => 'eval/sampled' in values);
  const final = lastValue(rows, 'eval/sampled');
  // With an exact read-out the number covers all outcomes, and no problems are held out.
  if (!base || !final || base.step !== 0 || final.row === base || 'exact/gap' in base.values) return null;
  return { before: base.values['eval/sampled'] ?? 0, after: final.value };
}

/** In points. */
function accuracyChange(rows: readonly Row[]): number | null {
  const measured = accuracies(rows);
  return measured && 100 * (measured.after - measured.before);
}

const finalReward = (rows: readonly Row[]): number | null => lastValue(rows, 'reward')?.value ?? null;

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

const estimate = (values: readonly number[], bounds: Interval): Estimate | null =>
  values.length === 0 ? null : { mean: mean(values), interval: intervalOf(values, bounds), count: values.length };

interface Counted {
  readonly rows: readonly Row[];
}

interface Measured {
  readonly measure: Measure;
  readonly valueOf: (rows: readonly Row[]) => number | null;
  /** Bounds of the number over these runs, and of its difference between two arms. */
  readonly boundsOf: (runs: readonly Counted[]) => Interval;
  readonly ofDifference: Interval;
}

/** Bounds of the change in points, for runs that begin at these accuracies: the ends are shares. */
function changeBounds(runs: readonly Counted[]): Interval {
  const begin = runs.length === 0 ? 0 : mean(runs.map(({ rows }) => 100 * (accuracies(rows)?.before ?? 0)));
  return [-begin, 100 - begin];
}

/** In points. Both arms of a pair begin at the same accuracy, so their changes differ as much as their ends. */
const changeDifferences: Interval = [-100, 100];

/**
 * The measure that all finished runs have: the first number of the stored result if the rows hold it, so that live and
 * stored arms are judged alike.
 */
function measureOf(counted: readonly Counted[], metric: string): Measured {
  const exact = exactNumbers[metric];
  if (exact) {
    const own = (rows: readonly Row[]) => exactEnd(rows, exact.key);
    const [least, most] = exact.bounds;
    if (counted.every((run) => own(run.rows) !== null))
      return { measure: 'own', valueOf: own, boundsOf: () => exact.bounds, ofDifference: [least - most, most - least] };
  }
  if (counted.every((run) => accuracyChange(run.rows) !== null))
    return { measure: 'accuracy', valueOf: accuracyChange, boundsOf: changeBounds, ofDifference: changeDifferences };
  return { measure: 'reward', valueOf: finalReward, boundsOf: () => everywhere, ofDifference: everywhere };
}

/**
 * Results of the finished runs in the number that all of them have. `metric`: id of the first number of the stored
 * result.
 */
export function resultsOf(
  { arms, runs }: Plan,
  rows: RowsById,
  metric = '',
): { readonly measure: Measure; readonly arms: readonly ArmResult[] } {
  const counted = runs.flatMap((run) =>
    run.done && rows[run.id] ? [{ ...run, rows: rows[run.id] as readonly Row[] }] : [],
  );
  const { measure, valueOf, boundsOf, ofDifference } = measureOf(counted, metric);
  const valuesOf = (arm: string) =>
    new Map(
      counted.flatMap((run) => {
        const value = run.arm === arm ? valueOf(run.rows) : null;
        return value === null ? [] : [[run.seed, value] as const];
      }),
    );
  const first = valuesOf(arms[0] ?? '');
  return {
    measure,
    arms: arms.map((arm, index) => {
      const values = valuesOf(arm);
      const pairs = [...values].flatMap(([seed, value]) => (first.has(seed) ? [value - (first.get(seed) ?? 0)] : []));
      const own = counted.filter((run) => run.arm === arm);
      return {
        arm,
        done: own.length,
        value: estimate([...values.values()], boundsOf(own)),
        difference: index === 0 ? null : estimate(pairs, ofDifference),
      };
    }),
  };
}
