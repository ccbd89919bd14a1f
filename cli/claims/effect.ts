/**
 * @file A number over runs of several bases and seeds. Within a base the seeds vary, and the interval says by how much. The bases of an experiment
 * are chosen and few, no sample of others: with several each has its own interval, and the mean over them has none.
 */
import { everywhere, type Interval, mean, tInterval } from '../../src/lib/statistics.ts';
import type { Metric } from './experiment.ts';

/** Over the seeds of one base. */
export interface Estimate {
  readonly mean: number;
  /** 95 % t interval over the seeds, cut at what the number can be; null for a single one. */
  readonly interval: Interval | null;
  /** Runs that have the number, or pairs of them. */
  readonly runs: number;
}

export interface Effect extends Estimate {
  /** By base, where several have the number; `mean` is then the mean of theirs, and `interval` null. */
  readonly bases?: Readonly<Record<string, Estimate>>;
}

/** A number read off a run of a base. */
export interface BaseValue {
  readonly policy: string;
  readonly value: number;
}

const unitBounds: Readonly<Record<string, Interval>> = {
  '%': [0, 100], points: [-100, 100], nats: [0, Infinity], 'nats/token': [0, Infinity], steps: [0, Infinity], s: [0, Infinity],
};

/** What a number can be. */
export const boundsOf = ({ unit, bounds }: Pick<Metric, 'unit' | 'bounds'>): Interval => bounds ?? unitBounds[unit] ?? everywhere;

/** What the difference of two arms in it can be. Both begin at the same accuracy, so that their changes differ by what their ends do. */
export function differenceBounds(metric: Pick<Metric, 'unit' | 'bounds'>): Interval {
  const [least, most] = boundsOf(metric);
  return metric.unit === 'points' ? boundsOf(metric) : [least - most, most - least];
}

const estimate = (values: readonly number[], bounds: Interval): Estimate =>
  ({ mean: mean(values), interval: values.length > 1 ? tInterval(values, bounds) : null, runs: values.length });

/** What the runs say of a number; null where none has it. */
export function effectOf(values: readonly BaseValue[], bounds: Interval): Effect | null {
  const policies = [...new Set(values.map(({ policy }) => policy))];
  const bases = policies.map((policy) => [policy, estimate(values.filter((value) => value.policy === policy).map(({ value }) => value), bounds)] as const);
  const [first] = bases;
  if (!first || bases.length === 1) return first?.[1] ?? null;
  return { mean: mean(bases.map(([, one]) => one.mean)), interval: null, runs: values.length, bases: Object.fromEntries(bases) };
}
