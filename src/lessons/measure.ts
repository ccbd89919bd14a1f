/** @file Readings of a run’s history for the checks of lessons. */
import { mean } from '../lib/statistics.ts';
import type { Row } from '../ui/charts/series.ts';

/** The values of a metric in steps `first` to `last`, both included; steps count from 1. */
export const valuesOf = (rows: readonly Row[], key: string, first = 1, last = Infinity): number[] =>
  rows.filter(({ step }) => step >= first && step <= last).flatMap(({ values }) => values[key] ?? []);

/** Mean over a range of steps, or null if no step in it has a value. */
export function meanOf(rows: readonly Row[], key: string, first: number, last: number): number | null {
  const values = valuesOf(rows, key, first, last);
  return values.length === 0 ? null : mean(values);
}

/**
 * Moving average over this many steps before a threshold counts as reached: one lucky step is not enough. Texts that
 * show a threshold must state it.
 */
export const REACH_STEPS = 3;

/** The first step at which the mean over the last `window` steps reaches `level`; null if none does. */
export function firstReach(rows: readonly Row[], key: string, level: number, window = REACH_STEPS): number | null {
  const steps = rows.filter(({ values }) => key in values);
  for (let end = window; end <= steps.length; end++) {
    const found = mean(steps.slice(end - window, end).flatMap(({ values }) => values[key] ?? []));
    if (found >= level) return steps[end - 1]?.step ?? null;
  }
  return null;
}

/** Whether the run has committed that many steps. */
export const hasSteps = (rows: readonly Row[], steps: number): boolean =>
  rows.some(({ step, values }) => step >= steps && 'reward' in values);

/** The readings if all were measured, else null. */
export function complete(readings: Readonly<Record<string, number | null>>): Readonly<Record<string, number>> | null {
  const known: Record<string, number> = {};
  for (const [name, value] of Object.entries(readings)) {
    if (value === null) return null;
    known[name] = value;
  }
  return known;
}
