/**
 * @file Two arms compared by pairs: runs with the same base and seed, so that their influence cancels.
 */
import { type BaseValue, differenceBounds, type Effect, effectOf } from './effect.ts';
import { type Comparison, type Experiment, type ExperimentRun, type Metric, type Rule, runsOf } from './experiment.ts';

/** The number of the first arm minus that of the other, over pairs. */
export interface ComparisonResult extends Comparison, Omit<Effect, 'runs'> {
  /** Pairs of runs that both have the metric. */
  readonly pairs: number;
}

/** The difference of every pair; runs without a partner, or without the metric, make no pair. */
function differences({ of, against }: Comparison, read: Metric, runs: readonly ExperimentRun[]): BaseValue[] {
  const others = runsOf(runs, against);
  return runsOf(runs, of).flatMap(({ policy, seed, summary }) => {
    const partner = others.find((run) => run.policy === policy && run.seed === seed);
    const [mine, theirs] = [read.of(summary), partner ? read.of(partner.summary) : null];
    return mine === null || theirs === null ? [] : [{ policy, value: mine - theirs, bounds: differenceBounds(read) }];
  });
}

/** Every comparison of the experiment that has pairs. */
export function comparisonResults(
  experiment: Pick<Experiment, 'comparisons' | 'metrics'>,
  runs: readonly ExperimentRun[],
): ComparisonResult[] {
  return (experiment.comparisons ?? []).flatMap((comparison) => {
    const metric = experiment.metrics.find(({ id }) => id === comparison.metric);
    const effect = metric ? effectOf(differences(comparison, metric, runs)) : null;
    if (!effect) return [];
    const { runs: pairs, ...rest } = effect;
    return [{ ...comparison, pairs, ...rest }];
  });
}

/** A rule that the interval of a comparison lies above `least`, for a metric of the experiment. */
export const pairedAbove = (comparison: Comparison, least: number, metrics: Experiment['metrics']): Rule => ({
  rule: `{${comparison.of}} less {${comparison.against}}, ${comparison.metric}: the 95 % interval over pairs of one seed begins above ${least}`,
  holds(runs) {
    const [result] = comparisonResults({ comparisons: [comparison], metrics }, runs);
    const interval = result?.interval ?? null;
    return interval !== null && interval[0] > least;
  },
});
