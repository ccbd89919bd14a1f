/** @file A store of rollouts as lines of JSON: a first line that says what the others are, then one rollout a line. What comes in passes every check here. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import type { Group } from '../sampling/sampling.ts';
import { storedGroups, storedRollouts, storedRolloutSchema, type StoreSurroundings } from './stored.ts';

const headerSchema = z.strictObject({
  format: z.literal('rollouts', 'it is no store of rollouts'),
  version: z.literal(1, 'this version reads 1'),
  /** Who wrote them, for people. */
  policy: z.string(),
  task: z.string(),
  difficulty: z.number(),
  /** Of the sampling, and so of the log-probabilities; a run may be at another. */
  temperature: z.number().positive(),
  /** Completions of each prompt, which stand side by side. */
  num_generations: z.number().int().min(1),
  /** Lines that follow. */
  rollouts: z.number().int().min(1),
  /** SHA-256 of the lines that follow, in hexadecimal; a store written by hand may leave it out. */
  sha256: z.string().optional(),
});

export type StoreHeader = z.infer<typeof headerSchema>;

const digest = (lines: readonly string[]): string => bytesToHex(sha256(new TextEncoder().encode(lines.join('\n'))));

/** The file. */
export function encodeStore(groups: readonly Group[], described: Omit<StoreHeader, 'format' | 'version' | 'rollouts' | 'sha256'>): string {
  const lines = storedRollouts(groups).map((rollout) => JSON.stringify(rollout));
  const header: StoreHeader = { format: 'rollouts', version: 1, ...described, rollouts: lines.length, sha256: digest(lines) };
  return `${[JSON.stringify(header), ...lines].join('\n')}\n`;
}

/** A line by its schema; UsageError that names line and field. */
function parsed<T>(schema: z.ZodType<T>, text: string, line: number): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`line ${line}: it is not whole JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(`line ${line}: ${issue?.path.join('.') || 'fields'}: ${issue?.message ?? 'is not right'}`);
}

/** The groups of a file, checked against the run that is to learn from them. UsageError that names line and field. */
export function decodeStore(text: string, run: StoreSurroundings): Group[] {
  const [first = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const header = parsed(headerSchema, first, 1);
  const { task, num_generations, rollouts } = header;
  assert(task === run.task.id, `line 1: task: it holds rollouts of ${task}, and the run is of ${run.task.id}`);
  assert(num_generations === run.groupSize, `line 1: num_generations: it holds groups of ${num_generations}, and the run takes ${run.groupSize}`);
  assert(lines.length === rollouts, `line 1: rollouts: ${rollouts} lines should follow, and ${lines.length} do`);
  const groups = storedGroups(lines.map((line, i) => parsed(storedRolloutSchema, line, i + 2)), run, (row) => `line ${row + 2}`);
  assert(header.sha256 === undefined || header.sha256 === digest(lines), 'line 1: sha256: the lines were changed since they were written');
  // Another run's steps say nothing of this one's: for it they were all there before it began.
  return groups.map((group) => ({ ...group, writtenAt: 0 }));
}
