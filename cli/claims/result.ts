/** @file Computes the result to be stored from the finished runs of an experiment. */
import { mean } from '../../src/lib/statistics.ts';
import type { Budget } from '../budget.ts';
import { type ComparisonResult, comparisonResults } from './comparison.ts';
import { checksOf, type Verdict, verdictsOf } from './checks.ts';
import { type Effect, metricEffect } from './effect.ts';
import {
  type Check,
  type Experiment,
  type ExperimentRun,
  type Figure,
  type Measure,
  type Metric,
  runsOf,
} from './experiment.ts';
import type { FrontierPoints } from './frontier.ts';
import { type DrawnLive, liveOf } from './live.ts';
import { type MeasuredPower, type Pilot, powerOf } from './pilot.ts';
import { type Winner, winnerOf, winnerWords } from './winner.ts';

export interface ArmResult {
  readonly arm: string;
  readonly title: string;
  readonly flags: readonly string[];
  readonly note?: string;
  readonly runs: number;
  /** Of training on Node with one thread, mean over the runs; absent without a run of at least one step. */
  readonly secondsPerStep?: number;
  /** By id of the metric; metrics that the arm's runs lack are omitted. */
  readonly metrics: Readonly<Record<string, Effect>>;
}

export interface StoredResult {
  readonly experiment: string;
  readonly paper?: number;
  readonly claim: string;
  readonly method: string;
  readonly command: string;
  /** Commit of the code, rules included, and a digest of the changes if the tree differed from it. */
  readonly version: string;
  readonly date: string;
  /** Present if means, intervals and rules were recomputed later from the stored runs: code version and date. */
  readonly judged?: { readonly version: string; readonly date: string };
  readonly seeds: readonly number[];
  readonly policies: readonly string[];
  /** The preset that the arms' flags modify. */
  readonly preset: string;
  /** The metrics of the arms, in the order of the table. */
  readonly metrics: readonly Pick<Metric, 'id' | 'title' | 'unit' | 'digits'>[];
  readonly verdict: Verdict;
  /** By base, if there are several. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  readonly measure?: Measure;
  readonly methodArm?: string;
  readonly winner?: Winner;
  /** In one sentence, for the top of the page and the tables. */
  readonly finding?: string;
  readonly pilot?: Pilot;
  /** Of the experiment's planned comparison; absent without one. */
  readonly power?: MeasuredPower;
  /** Judged on the pilot, or, for results from before pilots, on the bases of the reported runs. */
  readonly preconditions?: readonly Check[];
  readonly live?: DrawnLive;
  /** `frontier`: the most expected reward for a divergence, of a front on a task with listed outcomes. */
  readonly figure?: Figure & { readonly frontier?: FrontierPoints; readonly says?: readonly string[] };
  readonly checks: readonly Check[];
  readonly arms: readonly ArmResult[];
  /** Differences over pairs of runs; absent if the experiment compares no arms. */
  readonly comparisons?: readonly ComparisonResult[];
  /** The budget of every arm; absent for the same number of updates. */
  readonly budget?: Budget;
  readonly runs: readonly ExperimentRun[];
}

function secondsPerStep(runs: readonly ExperimentRun[]): Pick<ArmResult, 'secondsPerStep'> {
  const trained = runs.filter(({ summary }) => summary.steps > 0);
  if (trained.length === 0) return {};
  return { secondsPerStep: mean(trained.map(({ summary }) => summary.seconds / summary.steps)) };
}

/** Every arm with the mean of each metric, over seeds and by base. */
export function armResults({ arms, metrics }: Experiment, runs: readonly ExperimentRun[]): ArmResult[] {
  return arms.map(({ id, title, flags, note }) => {
    const own = runsOf(runs, id);
    const effects = metrics.flatMap((metric) => {
      const found = metricEffect(metric, own);
      return found ? [[metric.id, found] as const] : [];
    });
    return {
      arm: id,
      title,
      flags,
      ...(note === undefined ? {} : { note }),
      runs: own.length,
      ...secondsPerStep(own),
      metrics: Object.fromEntries(effects),
    };
  });
}

function measuredPower(
  experiment: Experiment,
  runs: readonly ExperimentRun[],
  pilot: Pilot | undefined,
): MeasuredPower | null {
  if (pilot?.power) return { ...pilot.power, from: 'pilot' };
  const power = powerOf(experiment, runs);
  return power && { ...power, from: 'reported runs' };
}

/** Origin of the runs, and numbers that do not follow from them. */
export interface ResultFacts extends Pick<StoredResult, 'command' | 'version' | 'date' | 'judged' | 'seeds' | 'pilot'> {
  readonly frontier?: FrontierPoints | null;
}

/** The result of the finished runs, by the experiment's rules. */
export function resultOf(
  experiment: Experiment,
  runs: readonly ExperimentRun[],
  { frontier, ...facts }: ResultFacts,
): StoredResult {
  const { id, paper, claim, method, policies, preset, budget, measure, methodArm, figure } = experiment;
  const comparisons = comparisonResults(experiment, runs);
  const metrics = experiment.metrics.map(({ of: _of, bounds: _bounds, ...shown }) => shown);
  const checks = checksOf(experiment.rules, experiment, runs);
  const preconditions = checksOf(
    experiment.preconditions ?? [],
    experiment,
    facts.pilot && facts.pilot.runs.length > 0 ? facts.pilot.runs : runs,
  );
  const power = measuredPower(experiment, runs, facts.pilot);
  const winner = winnerOf(experiment, runs);
  const findings = [winnerWords(experiment, runs, winner), experiment.finding?.(runs)].filter((one) => one);
  const says = experiment.says?.(runs);
  const live = liveOf(experiment, runs);
  return {
    experiment: id,
    ...(paper === undefined ? {} : { paper }),
    claim,
    method,
    ...facts,
    policies,
    preset,
    metrics,
    ...verdictsOf(experiment, checks, preconditions),
    ...(measure ? { measure } : {}),
    ...(methodArm === undefined ? {} : { methodArm }),
    ...(power ? { power } : {}),
    ...(winner ? { winner } : {}),
    ...(findings.length > 0 ? { finding: findings.join(' ') } : {}),
    ...(preconditions.length > 0 ? { preconditions } : {}),
    ...(live ? { live } : {}),
    ...(figure ? { figure: { ...figure, ...(frontier ? { frontier } : {}), ...(says ? { says } : {}) } } : {}),
    checks,
    arms: armResults(experiment, runs),
    ...(comparisons.length > 0 ? { comparisons } : {}),
    ...(budget ? { budget } : {}),
    runs,
  };
}
