/**
 * @file The runs of an experiment: each is a `train` process whose result is cached, so that a killed experiment can
 * continue.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
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

async function lastLine(path: string): Promise<Summary | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const line = text?.trim().split('\n').at(-1);
  return line ? summarySchema.parse(JSON.parse(line)) : null;
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
  let summary = await lastLine(path);
  if (!summary) {
    await train(flags, draft);
    await rename(draft, path);
    summary = await lastLine(path);
  }
  if (!summary) throw new Error(`train ${flags.join(' ')} wrote no summary`);
  return { policy: planned.policy, arm: planned.arm.id, seed: planned.seed, summary };
}
