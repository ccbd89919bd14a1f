/** @file Runs an experiment, several runs at a time, and computes the result to be stored. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
import { exactFrontier, type FrontierPoints } from './frontier.ts';
import { type DrawnLive, liveOf } from './live.ts';
import { type Pilot, PILOT_SEED, powerOf, seedsFor, sweepResult, sweepRuns, withChosenRates } from './pilot.ts';
import { experimentRun, type PlannedRun, plannedRuns } from './runs.ts';
import type { Stored } from './stored.ts';
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
  /** Judged on the pilot, or, for results from before pilots, on the bases of the reported runs. */
  readonly preconditions?: readonly Check[];
  readonly live?: DrawnLive;
  /** `frontier`: the most expected reward for a divergence, of a front on a task with listed outcomes. */
  readonly figure?: Figure & { readonly frontier?: FrontierPoints };
  readonly checks: readonly Check[];
  readonly arms: readonly ArmResult[];
  /** Differences over pairs of runs; absent if the experiment compares no arms. */
  readonly comparisons?: readonly ComparisonResult[];
  /** The budget of every arm; absent for the same number of updates. */
  readonly budget?: Budget;
  readonly runs: readonly ExperimentRun[];
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  }).trim();
}

/** The current commit, with a digest of the uncommitted changes; `unknown` outside a repository. */
function codeVersion(): string {
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    // Stored results are not part of the code.
    const changes =
      git('status', '--porcelain', '--', '.', ':!public/claims') + git('diff', 'HEAD', '--', '.', ':!public/claims');
    return changes === '' ? commit : `${commit}+${createHash('sha256').update(changes).digest('hex').slice(0, 8)}`;
  } catch {
    return 'unknown';
  }
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

/** ISO 8601. */
const today = (): string => new Date().toISOString().slice(0, 10);

export interface ExperimentOptions {
  /** Absent: as many as the pilot's power asks for, from 1. */
  readonly seeds?: readonly number[];
  /** Number of the pilot's seeds; 0 for none. */
  readonly pilotSeeds?: number;
  /** Chooses the learning rate of each arm on the pilot's first seed. */
  readonly sweep?: boolean;
  /** Number of runs at the same time. */
  readonly parallel: number;
  readonly command: string;
  /** Folder of the finished runs, from which a killed experiment continues. */
  readonly cache?: string;
  readonly onRun: (done: number, total: number, run: PlannedRun) => void;
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
  const preconditions = checksOf(experiment.preconditions ?? [], experiment, facts.pilot?.runs ?? runs);
  const winner = winnerOf(experiment, runs);
  const finding = experiment.finding?.(runs) ?? winnerWords(experiment, runs, winner);
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
    ...(winner ? { winner } : {}),
    ...(finding === null ? {} : { finding }),
    ...(preconditions.length > 0 ? { preconditions } : {}),
    ...(live ? { live } : {}),
    ...(figure ? { figure: { ...figure, ...(frontier ? { frontier } : {}) } } : {}),
    checks,
    arms: armResults(experiment, runs),
    ...(comparisons.length > 0 ? { comparisons } : {}),
    ...(budget ? { budget } : {}),
    runs,
  };
}

/** The same runs judged by the current rules and statistics. */
export async function judgedAgain(experiment: Experiment, stored: Stored): Promise<StoredResult> {
  const { runs, command, version, date, seeds, pilot } = stored;
  const judged = { version: codeVersion(), date: today() };
  return resultOf(withChosenRates(experiment, pilot?.sweep), runs, {
    command,
    version,
    date,
    judged,
    seeds,
    ...(pilot ? { pilot } : {}),
    frontier: await exactFrontier(experiment),
  });
}

type Runner = (experiment: Experiment, planned: readonly PlannedRun[]) => Promise<ExperimentRun[]>;

/** Makes runs, several at a time; finished ones come from the cache. */
const runner =
  (version: string, { parallel, cache, onRun }: ExperimentOptions): Runner =>
  async (experiment, planned) => {
    const runs: ExperimentRun[] = [];
    let next = 0;
    let done = 0;
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        while (next < planned.length) {
          const index = next++;
          const plan = planned[index] as PlannedRun;
          runs[index] = await experimentRun(experiment, plan, version, cache);
          onRun(++done, planned.length, plan);
        }
      }),
    );
    return runs;
  };

const seedsFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** The pilot's runs, after a sweep with the chosen rates; null without pilot and sweep. */
async function pilotOf(
  experiment: Experiment,
  { pilotSeeds = 0, sweep = false }: ExperimentOptions,
  run: Runner,
): Promise<Pilot | null> {
  if (pilotSeeds === 0 && !sweep) return null;
  const swept = sweep ? sweepResult(experiment, await run(experiment, sweepRuns(experiment))) : undefined;
  const seeds = seedsFrom(PILOT_SEED, pilotSeeds);
  const chosen = withChosenRates(experiment, swept);
  const runs = await run(chosen, plannedRuns(chosen, seeds));
  const power = powerOf(chosen, runs);
  return { seeds, runs, ...(swept ? { sweep: swept } : {}), ...(power ? { power } : {}) };
}

/**
 * Sweep, pilot, and the reported runs. Where the pilot says that base and task could not show the claim, no further run
 * is made and the pilot's are reported.
 */
export async function runExperiment(experiment: Experiment, options: ExperimentOptions): Promise<StoredResult> {
  const version = codeVersion();
  const run = runner(version, options);
  const pilot = await pilotOf(experiment, options, run);
  const chosen = withChosenRates(experiment, pilot?.sweep);
  const facts = {
    command: options.command,
    version,
    date: today(),
    ...(pilot ? { pilot } : {}),
    frontier: await exactFrontier(experiment),
  };
  if (pilot && pilot.runs.length > 0) {
    const found = resultOf(chosen, pilot.runs, { ...facts, seeds: pilot.seeds });
    if (found.verdict === 'precondition not met') return found;
  }
  const seeds = options.seeds ?? seedsFrom(1, seedsFor(pilot ?? {}));
  return resultOf(chosen, await run(chosen, plannedRuns(chosen, seeds)), { ...facts, seeds });
}
