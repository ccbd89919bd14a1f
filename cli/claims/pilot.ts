/**
 * @file The pilot of an experiment, on seeds of its own: a learning rate for each arm, the preconditions, and the
 * number of seeds that tell its arms apart.
 */
import { standardDeviation } from '../../src/lib/statistics.ts';
import { separation } from '../../src/lib/power.ts';
import { metricEffect } from './effect.ts';
import { type Arm, type Comparison, type Experiment, type ExperimentRun, type Metric, runsOf } from './experiment.ts';
import type { PlannedRun } from './runs.ts';

/** First seed of a pilot; reported seeds stay below. */
export const PILOT_SEED = 101;

/** Power of a comparison: the paired differences of the pilot, and the seeds that would tell the arms apart. */
export interface Power extends Comparison {
  readonly mean: number;
  /** Of the differences from seed to seed, n - 1 in the denominator. */
  readonly deviation: number;
  /** Seeds with which the 95 % interval excludes 0 in 80 of 100 repetitions; null above 1000. */
  readonly needed: number | null;
}

/** Power as stored: measured by the pilot, or afterwards on the reported runs. */
export interface MeasuredPower extends Power {
  readonly from: 'pilot' | 'reported runs';
}

/** The power in words; `title` names an arm. */
export const powerWords = (
  { of, against, mean, deviation, needed, from }: MeasuredPower,
  title: (arm: string) => string,
): string =>
  `${from}: ${title(of)} less ${title(against)} ${mean.toPrecision(3)}, deviation ${deviation.toPrecision(3)}; ${needed === null ? 'more than 1000' : needed} seeds for a power of 80 %`;

export interface SweepResult {
  readonly seed: number;
  readonly metric: string;
  /** By arm: the value at each rate, null where the run lacks it, and the chosen rate. */
  readonly arms: Readonly<
    Record<
      string,
      { readonly chosen: number; readonly tried: readonly (readonly [rate: number, value: number | null])[] }
    >
  >;
}

export interface Pilot {
  readonly seeds: readonly number[];
  readonly runs: readonly ExperimentRun[];
  readonly sweep?: SweepResult | undefined;
  readonly power?: Power | undefined;
}

/** Least and most seeds that a pilot chooses. */
const SEEDS = [3, 10] as const;

/** Seeds for the needed power, between 3 and 10; 3 without a pilot. */
export const seedsFor = ({ power }: Pick<Pilot, 'power'>): number =>
  power ? Math.min(Math.max(power.needed ?? Infinity, SEEDS[0]), SEEDS[1]) : SEEDS[0];

/** The flags with this learning rate, which replaces another. */
function withRate(flags: readonly string[], rate: number): string[] {
  const at = flags.indexOf('--learning_rate');
  const kept = at < 0 ? flags : [...flags.slice(0, at), ...flags.slice(at + 2)];
  return [...kept, '--learning_rate', String(rate)];
}

/** The experiment whose arms have the rates that a sweep chose. */
export const withChosenRates = (experiment: Experiment, sweep: SweepResult | undefined): Experiment => ({
  ...experiment,
  arms: experiment.arms.map((arm) => {
    const chosen = sweep?.arms[arm.id]?.chosen;
    return chosen === undefined ? arm : { ...arm, flags: withRate(arm.flags, chosen) };
  }),
});

const rateId = (arm: string, rate: number): string => `${arm} ${rate}`;

/** The runs of a sweep from the first base: every arm at every rate on the pilot's first seed. */
export function sweepRuns({ policies, arms, sweep }: Experiment): PlannedRun[] {
  const swept = arms.filter(({ id }) => (sweep?.arms ?? [id]).includes(id));
  return swept.flatMap((arm) =>
    (sweep?.rates ?? []).map((rate): PlannedRun => ({
      policy: policies[0] ?? '',
      arm: { ...arm, id: rateId(arm.id, rate), flags: withRate(arm.flags, rate) },
      seed: PILOT_SEED,
    })),
  );
}

const measured = ({ metrics, measure }: Experiment): Metric => {
  const metric = metrics.find(({ id }) => id === measure?.metric);
  if (!metric) throw new Error('a sweep and a power need the measure of the experiment');
  return metric;
};

function sweptArm({ id }: Arm, experiment: Experiment, runs: readonly ExperimentRun[]) {
  const { measure, sweep } = experiment;
  const metric = measured(experiment);
  const tried = (sweep?.rates ?? []).map((rate) => {
    const effect = metricEffect(metric, runsOf(runs, rateId(id, rate)));
    return [rate, effect?.mean ?? null] as const;
  });
  const sign = measure?.best === 'lowest' ? -1 : 1;
  const [best] = tried
    .filter((one): one is readonly [number, number] => one[1] !== null)
    .toSorted(([, a], [, b]) => sign * (b - a));
  return best ? [[id, { chosen: best[0], tried }] as const] : [];
}

/** For each arm the rate with the best measure; an arm without a measured run keeps its rate. */
export function sweepResult(experiment: Experiment, runs: readonly ExperimentRun[]): SweepResult {
  const swept = experiment.arms.filter(({ id }) => (experiment.sweep?.arms ?? [id]).includes(id));
  return {
    seed: PILOT_SEED,
    metric: measured(experiment).id,
    arms: Object.fromEntries(swept.flatMap((arm) => sweptArm(arm, experiment, runs))),
  };
}

/** Power of the experiment's comparison over runs of its first base; null for fewer than two pairs. */
export function powerOf({ power, metrics, policies }: Experiment, runs: readonly ExperimentRun[]): Power | null {
  const metric = metrics.find(({ id }) => id === power?.metric);
  if (!power || !metric) return null;
  const own = runs.filter(({ policy }) => policy === policies[0]);
  const pairs = runsOf(own, power.of).flatMap(({ seed, summary }) => {
    const partner = runsOf(own, power.against).find((run) => run.seed === seed);
    const [first, second] = [metric.of(summary), partner ? metric.of(partner.summary) : null];
    return first === null || second === null ? [] : [[first, second] as const];
  });
  if (pairs.length < 2) return null;
  const { mean, needed } = separation(
    pairs.map(([first]) => first),
    pairs.map(([, second]) => second),
  );
  const deviation = standardDeviation(
    pairs.map(([first, second]) => first - second),
    1,
  );
  return { ...power, mean, deviation, needed: needed !== null && Number.isFinite(needed) ? needed : null };
}
