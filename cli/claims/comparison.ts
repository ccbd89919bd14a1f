/** @file Two arms compared pair by pair: runs of the same base and seed, so that what those change counts for nothing. */
import { type Interval, mean, tInterval } from '../../src/lib/statistics.ts';
import { type Comparison, type Experiment, type ExperimentRun, type Rule, runsOf } from './experiment.ts';

export interface ComparisonResult extends Comparison {
  /** Pairs of runs in which both arms have the metric. */
  readonly pairs: number;
  /** Mean of the first arm's number less the other's. */
  readonly mean: number;
  /** 95 % t interval over the pairs; null for a single one. */
  readonly interval: Interval | null;
}

/** The difference of every pair of runs; runs without a partner, or without the metric, make no pair. */
function differences({ of, against, metric }: Comparison, { metrics }: Pick<Experiment, 'metrics'>, runs: readonly ExperimentRun[]): number[] {
  const read = metrics.find(({ id }) => id === metric);
  const others = runsOf(runs, against);
  return runsOf(runs, of).flatMap(({ policy, seed, summary }) => {
    const partner = others.find((run) => run.policy === policy && run.seed === seed);
    const [mine, theirs] = [read?.of(summary) ?? null, partner ? (read?.of(partner.summary) ?? null) : null];
    return mine === null || theirs === null ? [] : [mine - theirs];
  });
}

/** Every comparison of the experiment that has pairs. */
export function comparisonResults(experiment: Pick<Experiment, 'comparisons' | 'metrics'>, runs: readonly ExperimentRun[]): ComparisonResult[] {
  return (experiment.comparisons ?? []).flatMap((comparison) => {
    const found = differences(comparison, experiment, runs);
    return found.length === 0 ? [] : [{ ...comparison, pairs: found.length, mean: mean(found), interval: found.length > 1 ? tInterval(found) : null }];
  });
}

/** A rule that the interval of a comparison lies above `least`, by a metric that the experiment has. */
export const pairedAbove = (comparison: Comparison, least: number, metrics: Experiment['metrics']): Rule => ({
  rule: `${comparison.of} less ${comparison.against}, ${comparison.metric}: the 95 % interval over pairs of one seed begins above ${least}`,
  holds(runs) {
    const [result] = comparisonResults({ comparisons: [comparison], metrics }, runs);
    const interval = result?.interval ?? null;
    return interval !== null && interval[0] > least;
  },
});
