/**
 * @file A number over runs of several bases and seeds. Within a base the interval measures the variation over seeds.
 * The bases of an experiment are a few chosen ones, not a sample: with several each has its own interval, and their
 * mean has none.
 */
import { everywhere, type Interval, mean, tInterval } from '../../src/lib/statistics.ts';
import type { ExperimentRun, Metric } from './experiment.ts';

/** Over the seeds of one base. */
export interface Estimate {
  readonly mean: number;
  /** 95 % t interval over the seeds, cut at the number's bounds; null for a single seed. */
  readonly interval: Interval | null;
  /** Runs, or pairs of runs, that have the number. */
  readonly runs: number;
}

export interface Effect extends Estimate {
  /** By base, if several have the number; `mean` is then the mean of theirs, and `interval` null. */
  readonly bases?: Readonly<Record<string, Estimate>>;
}

/** A number of one run, its base, and its bounds. */
export interface BaseValue {
  readonly policy: string;
  readonly value: number;
  readonly bounds: Interval;
}

const unitBounds: Readonly<Record<string, Interval>> = {
  '%': [0, 100],
  points: [-100, 100],
  nats: [0, Infinity],
  'nats/token': [0, Infinity],
  steps: [0, Infinity],
  s: [0, Infinity],
};

/**
 * Bounds of the difference of two arms. Both begin at the same accuracy, so their changes differ only by their ends.
 */
export function differenceBounds({ unit, bounds }: Metric): Interval {
  if (typeof bounds === 'function') return [-100, 100];
  const [least, most] = bounds ?? unitBounds[unit] ?? everywhere;
  return [least - most, most - least];
}

function estimate(values: readonly BaseValue[]): Estimate {
  const numbers = values.map(({ value }) => value);
  const end = (which: 0 | 1) => mean(values.map(({ bounds }) => bounds[which]));
  return {
    mean: mean(numbers),
    interval: values.length > 1 ? tInterval(numbers, [end(0), end(1)]) : null,
    runs: values.length,
  };
}

export function effectOf(values: readonly BaseValue[]): Effect | null {
  const policies = [...new Set(values.map(({ policy }) => policy))];
  const bases = policies.map(
    (policy) => [policy, estimate(values.filter((value) => value.policy === policy))] as const,
  );
  const [first] = bases;
  if (!first || bases.length === 1) return first?.[1] ?? null;
  return {
    mean: mean(bases.map(([, one]) => one.mean)),
    interval: null,
    runs: values.length,
    bases: Object.fromEntries(bases),
  };
}

/** Effect of a metric over the runs; null if none has it. */
export function metricEffect({ of, unit, bounds }: Metric, runs: readonly ExperimentRun[]): Effect | null {
  return effectOf(
    runs.flatMap(({ policy, summary }): BaseValue[] => {
      const value = of(summary);
      if (value === null) return [];
      return [
        {
          policy,
          value,
          bounds: (typeof bounds === 'function' ? bounds(summary) : bounds) ?? unitBounds[unit] ?? everywhere,
        },
      ];
    }),
  );
}
