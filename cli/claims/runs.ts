/** @file The runs of a suite: each is one `train` process whose result is kept in a cache, so that a killed suite goes on. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Arm, ClaimSuite } from './arms.ts';

const methodSchema = z.record(z.string(), z.object({ share: z.number(), accuracy: z.number().optional() }));

/** The last line that `train` writes. */
export const summarySchema = z.object({
  summary: z.literal(true),
  preset: z.string(),
  seed: z.number().int(),
  steps: z.number().int(),
  backend: z.string(),
  policyHash: z.string(),
  baseAccuracy: z.number(),
  finalAccuracy: z.number(),
  baseGreedy: z.number(),
  finalGreedy: z.number(),
  baseMethods: methodSchema,
  finalMethods: methodSchema,
  seconds: z.number(),
});

export type Summary = z.infer<typeof summarySchema>;

export interface ClaimRun {
  readonly policy: string;
  readonly arm: string;
  readonly seed: number;
  readonly summary: Summary;
}

export interface PlannedRun {
  readonly policy: string;
  readonly arm: Arm;
  readonly seed: number;
}

export function plannedRuns(suite: ClaimSuite, seeds: readonly number[]): PlannedRun[] {
  return suite.policies.flatMap((policy) => suite.arms.flatMap((arm) => seeds.map((seed) => ({ policy, arm, seed }))));
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = `${root}.cache/claims/`;

export const trainFlags = (suite: ClaimSuite, { policy, arm, seed }: PlannedRun): string[] => [
  '--preset', suite.preset, '--policy', policy, '--seed', String(seed), '--steps', String(suite.steps), ...arm.flags,
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
export async function claimRun(suite: ClaimSuite, planned: PlannedRun, version: string): Promise<ClaimRun> {
  const flags = trainFlags(suite, planned);
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
