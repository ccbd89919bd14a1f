/**
 * @file The runs of an experiment: each is a `train` process whose result is cached, so that a killed experiment can
 * continue.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { budgetArguments } from '../budget.ts';
import type { Arm, Experiment, ExperimentRun } from './experiment.ts';
import { draftOf, sweepDrafts } from '../output.ts';
import { type Summary, summarySchema } from './summary.ts';

export interface PlannedRun {
  readonly policy: string;
  readonly arm: Arm;
  readonly seed: number;
}

/** Ordered by seed, so that a stopped experiment has all arms of the first seeds. */
export function plannedRuns({ policies, arms }: Experiment, seeds: readonly number[]): PlannedRun[] {
  return seeds.flatMap((seed) => policies.flatMap((policy) => arms.map((arm) => ({ policy, arm, seed }))));
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const usualCache = `${root}.cache/claims`;

export const trainFlags = ({ preset, budget = {} }: Experiment, { policy, arm, seed }: PlannedRun): string[] => [
  '--preset',
  preset,
  '--policy',
  policy,
  '--seed',
  String(seed),
  ...budgetArguments(budget),
  ...arm.flags,
];

/** Results are cached per code version, flags and backend: another commit runs again. */
function cachePath(cache: string, flags: readonly string[], version: string): string {
  return `${cache}/${createHash('sha256')
    .update([version, ...flags].join(' '))
    .digest('hex')
    .slice(0, 24)}.jsonl`;
}

const stepSchema = z.object({ reward: z.number() });

/** The summary of a finished run, its last line, and its rewards by step; null for no file. */
async function readRun(
  path: string,
  hasCurve: boolean,
): Promise<{ readonly summary: Summary; readonly rewards?: readonly number[] } | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const lines = text?.trim().split('\n') ?? [];
  const line = lines.at(-1);
  if (!line) return null;
  const rewards = () => lines.slice(0, -1).map((step) => stepSchema.parse(JSON.parse(step)).reward);
  return { summary: summarySchema.parse(JSON.parse(line)), ...(hasCurve ? { rewards: rewards() } : {}) };
}

function train(flags: readonly string[], file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'cli/train.ts', ...flags, '--workers', '1', '--resume', '--json', file],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`train ${flags.join(' ')} ended with ${code}: ${errors.trim().split('\n').at(-1)}`)),
    );
  });
}

/** The cached result of a run, or a fresh one. */
export async function experimentRun(
  experiment: Experiment,
  planned: PlannedRun,
  version: string,
  cache = usualCache,
): Promise<ExperimentRun> {
  const flags = trainFlags(experiment, planned);
  const path = cachePath(cache, flags, version);
  // A run of a killed experiment may still be writing to its own draft.
  const draft = draftOf(path);
  await mkdir(cache, { recursive: true });
  sweepDrafts(cache);
  const hasCurve = planned.arm.id === experiment.live?.recorded;
  let run = await readRun(path, hasCurve);
  if (!run) {
    await train(flags, draft);
    await rename(draft, path);
    run = await readRun(path, hasCurve);
  }
  if (!run) throw new Error(`train ${flags.join(' ')} wrote no summary`);
  return { policy: planned.policy, arm: planned.arm.id, seed: planned.seed, ...run };
}
