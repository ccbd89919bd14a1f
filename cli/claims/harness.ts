/** @file Runs an experiment, several runs at a time: sweep, pilot, and the reported runs. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Experiment, ExperimentRun } from './experiment.ts';
import { exactFrontier } from './frontier.ts';
import { type Pilot, PILOT_SEED, powerOf, seedsFor, sweepResult, sweepRuns, withChosenRates } from './pilot.ts';
import { resultOf, type StoredResult } from './result.ts';
import { experimentRun, type PlannedRun, plannedRuns } from './runs.ts';
import type { Stored } from './stored.ts';

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
