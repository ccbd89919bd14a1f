/** @file The runs of an experiment: each is one `train` process whose result is kept in a cache, so that a killed experiment goes on. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Arm, Experiment, ExperimentRun } from './experiment.ts';
import { type Summary, summarySchema } from './summary.ts';

export interface PlannedRun {
  readonly policy: string;
  readonly arm: Arm;
  readonly seed: number;
}

/** Seed by seed, so that an experiment that is stopped has all arms of the first seeds. */
export function plannedRuns({ policies, arms }: Experiment, seeds: readonly number[]): PlannedRun[] {
  return seeds.flatMap((seed) => policies.flatMap((policy) => arms.map((arm) => ({ policy, arm, seed }))));
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = `${root}.cache/claims/`;

export const trainFlags = ({ preset }: Experiment, { policy, arm, seed }: PlannedRun): string[] => [
  '--preset', preset, '--policy', policy, '--seed', String(seed), ...arm.flags,
];

/** Results are kept per code version, flags and backend: another commit runs again. */
function cachePath(flags: readonly string[], version: string): string {
  return `${cache}${createHash('sha256').update([version, ...flags].join(' ')).digest('hex').slice(0, 24)}.jsonl`;
}

async function lastLine(path: string): Promise<Summary | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const line = text?.trim().split('\n').at(-1);
  return line ? summarySchema.parse(JSON.parse(line)) : null;
}

function train(flags: readonly string[], file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'cli/train.ts', ...flags, '--workers', '1', '--json', file], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`train ${flags.join(' ')} ended with ${code}: ${errors.trim().split('\n').at(-1)}`))));
  });
}

/** The kept result of a run, or a fresh one. */
export async function experimentRun(experiment: Experiment, planned: PlannedRun, version: string): Promise<ExperimentRun> {
  const flags = trainFlags(experiment, planned);
  const path = cachePath(flags, version);
  await mkdir(cache, { recursive: true });
  let summary = await lastLine(path);
  if (!summary) {
    await train(flags, `${path}.partial`);
    await rename(`${path}.partial`, path);
    summary = await lastLine(path);
  }
  if (!summary) throw new Error(`train ${flags.join(' ')} wrote no summary`);
  return { policy: planned.policy, arm: planned.arm.id, seed: planned.seed, summary };
}
