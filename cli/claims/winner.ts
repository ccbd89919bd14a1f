/** @file The arm that ends best in the claim's own measure, and its distance from the paper's method. */
import { comparisonResults, type ComparisonResult } from './comparison.ts';
import { metricEffect } from './effect.ts';
import { type Experiment, type ExperimentRun, type Metric, runsOf } from './experiment.ts';

export interface Winner {
  readonly arm: string;
  readonly title: string;
  readonly metric: string;
  readonly mean: number;
  /** The winner is the paper's method. */
  readonly isMethod: boolean;
  /** Winner less method over pairs of runs; absent for the method itself. */
  readonly margin?: Pick<ComparisonResult, 'mean' | 'interval' | 'bases' | 'pairs'>;
}

const ofMeasure = ({ metrics, measure }: Experiment): Metric | undefined =>
  metrics.find(({ id }) => id === measure?.metric);

/** Null for an experiment without a measure or a method, and for no runs. */
export function winnerOf(experiment: Experiment, runs: readonly ExperimentRun[]): Winner | null {
  const { arms, measure, methodArm, metrics } = experiment;
  const metric = ofMeasure(experiment);
  if (!measure || !metric || methodArm === undefined) return null;
  const sign = measure.best === 'highest' ? 1 : -1;
  const ends = arms.flatMap(({ id, title }) => {
    const effect = (measure.arms ?? [id]).includes(id) ? metricEffect(metric, runsOf(runs, id)) : null;
    return effect ? [{ arm: id, title, mean: effect.mean }] : [];
  });
  const [best] = ends.toSorted((a, b) => sign * (b.mean - a.mean));
  if (!best) return null;
  const isMethod = best.arm === methodArm;
  const [margin] = isMethod
    ? []
    : comparisonResults({ metrics, comparisons: [{ of: best.arm, against: methodArm, metric: metric.id }] }, runs);
  return {
    ...best,
    metric: metric.id,
    isMethod,
    ...(margin
      ? {
          margin: {
            mean: margin.mean,
            interval: margin.interval,
            pairs: margin.pairs,
            ...(margin.bases ? { bases: margin.bases } : {}),
          },
        }
      : {}),
  };
}

/** Between a winner and its measure, in the sentence that names it. */
export const ENDS_BEST = ' ends best in ';

/** Ends the sentence on a winner whose distance from the method is within the noise. */
export const DOUBT = '; over these seeds the two cannot be told apart';

const excludesZero = (interval: readonly [number, number] | null): boolean =>
  interval !== null && (interval[0] > 0 || interval[1] < 0);

/** Whether the intervals of winner less method exclude 0, for every base. */
const isClear = ({ margin }: Winner): boolean =>
  margin !== undefined &&
  (margin.bases
    ? Object.values(margin.bases).every(({ interval }) => excludesZero(interval))
    : excludesZero(margin.interval));

/** A sentence that names a winner that is not the method; null where the method wins. */
export function winnerWords(
  experiment: Experiment,
  runs: readonly ExperimentRun[],
  winner: Winner | null,
): string | null {
  const metric = ofMeasure(experiment);
  const method = experiment.arms.find(({ id }) => id === experiment.methodArm);
  const own = metric && method ? metricEffect(metric, runsOf(runs, method.id)) : null;
  if (!winner || winner.isMethod || !metric || !method || !own) return null;
  const number = (value: number) => `${value.toFixed(metric.digits)}${metric.unit === '' ? '' : ` ${metric.unit}`}`;
  const doubt = isClear(winner) ? '' : DOUBT;
  return `${winner.title}${ENDS_BEST}${metric.title}, at ${number(winner.mean)}; the paper’s method, ${method.title}, at ${number(own.mean)}${doubt}.`;
}
