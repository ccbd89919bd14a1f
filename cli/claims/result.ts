/** @file Runs an experiment, several runs at a time, and computes the result to be stored. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Budget } from '../budget.ts';
import { type ComparisonResult, comparisonResults } from './comparison.ts';
import { type Effect, metricEffect } from './effect.ts';
import { type Check, type Experiment, type ExperimentRun, type Metric, type Rule, runsOf } from './experiment.ts';
import { experimentRun, type PlannedRun, plannedRuns } from './runs.ts';
import type { Stored } from './stored.ts';

export interface ArmResult {
  readonly arm: string;
  readonly title: string;
  readonly flags: readonly string[];
  readonly note?: string;
  readonly runs: number;
  /** By id of the metric; metrics that the arm's runs lack are omitted. */
  readonly metrics: Readonly<Record<string, Effect>>;
}

export type Verdict = 'shown' | 'not reproduced';

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
  /** By base, if there are several: whether all rules hold that are judged for each base. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
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

/** A judged rule: for each base if there are several, unless it compares them. */
function checkOf({ rule, across, holds }: Rule, policies: readonly string[], runs: readonly ExperimentRun[]): Check {
  if (across || policies.length === 1) return { rule, holds: holds(runs) };
  const bases = policies.map((policy) => [policy, holds(runs.filter((run) => run.policy === policy))] as const);
  return { rule, holds: bases.every(([, held]) => held), bases: Object.fromEntries(bases) };
}

const verdictOf = (held: readonly boolean[]): Verdict => (held.every(Boolean) ? 'shown' : 'not reproduced');

/** The verdict for each of several bases; none for a single base. */
function verdictsOf(policies: readonly string[], checks: readonly Check[]): Pick<StoredResult, 'verdicts'> {
  if (policies.length === 1) return {};
  return {
    verdicts: Object.fromEntries(
      policies.map((policy) => [policy, verdictOf(checks.flatMap(({ bases }) => bases?.[policy] ?? []))]),
    ),
  };
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
      metrics: Object.fromEntries(effects),
    };
  });
}

/** ISO 8601. */
const today = (): string => new Date().toISOString().slice(0, 10);

export interface ExperimentOptions {
  readonly seeds: readonly number[];
  /** Number of runs at the same time. */
  readonly parallel: number;
  readonly command: string;
  /** Folder of the finished runs, from which a killed experiment continues. */
  readonly cache?: string;
  readonly onRun: (done: number, total: number, run: PlannedRun) => void;
}

/** The result of the finished runs, by the experiment's rules. */
export function resultOf(
  experiment: Experiment,
  runs: readonly ExperimentRun[],
  facts: Pick<StoredResult, 'command' | 'version' | 'date' | 'judged' | 'seeds'>,
): StoredResult {
  const { id, paper, claim, method, policies, preset, budget } = experiment;
  const comparisons = comparisonResults(experiment, runs);
  const metrics = experiment.metrics.map(({ of: _of, bounds: _bounds, ...shown }) => shown);
  const checks = experiment.rules.map((rule) => checkOf(rule, policies, runs));
  return {
    experiment: id,
    ...(paper === undefined ? {} : { paper }),
    claim,
    method,
    ...facts,
    policies,
    preset,
    metrics,
    verdict: verdictOf(checks.map(({ holds }) => holds)),
    ...verdictsOf(policies, checks),
    checks,
    arms: armResults(experiment, runs),
    ...(comparisons.length > 0 ? { comparisons } : {}),
    ...(budget ? { budget } : {}),
    runs,
  };
}

/** The same runs judged by the current rules and statistics. */
export function judgedAgain(experiment: Experiment, { runs, command, version, date, seeds }: Stored): StoredResult {
  return resultOf(experiment, runs, {
    command,
    version,
    date,
    judged: { version: codeVersion(), date: today() },
    seeds,
  });
}

export async function runExperiment(
  experiment: Experiment,
  { seeds, parallel, command, cache, onRun }: ExperimentOptions,
): Promise<StoredResult> {
  const version = codeVersion();
  const planned = plannedRuns(experiment, seeds);
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
  return resultOf(experiment, runs, { command, version, date: today(), seeds });
}
