/**
 * @file Rollout files as lines of JSON: a header, then one rollout per line. Every file from outside is validated here.
 */
import { assert } from '../../lib/assert.ts';
import { parsedLine, textOf } from '../../lib/jsonLines.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { z } from '../../lib/zod.ts';
import { type NumberRange, rangeProblem } from '../../lib/numberText.ts';
import { mean } from '../../lib/statistics.ts';
import { knobs } from '../config/knobs.ts';
import { offlineTemperature } from '../sampling/offline.ts';
import type { Group } from '../trajectory/groups.ts';
import { storedGroups, storedRollouts, storedRolloutSchema, type StoreSurroundings } from './stored.ts';

const ranged = (range: NumberRange) =>
  z.number('a number is needed').superRefine((value, context) => {
    const problem = rangeProblem(value, range);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const headerSchema = z.strictObject({
  format: z.literal('rollouts', 'it is no store of rollouts'),
  version: z.literal(1, 'this version reads 1'),
  /** Name of the policy that wrote them, for people. */
  policy: z.string(),
  task: z.string(),
  /** The task's own bounds are checked with the task. */
  difficulty: ranged({ min: 1, max: 1000, integer: true }),
  /** Temperature of the sampling and of the log-probabilities; a run's may differ. */
  temperature: ranged({ min: knobs.temperature.min, max: offlineTemperature.max, integer: false }),
  /** Completions per prompt, on adjacent lines. */
  num_generations: z.number().int().min(1),
  /** Number of rollout lines. */
  rollouts: z.number().int().min(1),
  /** SHA-256 of the rollout lines, in hexadecimal; optional for files written by hand. */
  sha256: z.string().optional(),
});

export type StoreHeader = z.infer<typeof headerSchema>;

/** Largest file that is read, in bytes; a run's largest store has 65 536 rollouts of some 600 bytes. */
export const LARGEST_STORE = 64e6;
/** Longest first line, in bytes. */
const LONGEST_HEADER = 10_000;

const digest = (lines: readonly string[]): string => sha256Hex(new TextEncoder().encode(lines.join('\n')));

/** The text of a rollout file. */
export function encodeStore(
  groups: readonly Group[],
  described: Omit<StoreHeader, 'format' | 'version' | 'rollouts' | 'sha256'>,
): string {
  const lines = storedRollouts(groups).map((rollout) => JSON.stringify(rollout));
  const header: StoreHeader = {
    format: 'rollouts',
    version: 1,
    ...described,
    rollouts: lines.length,
    sha256: digest(lines),
  };
  return `${[JSON.stringify(header), ...lines].join('\n')}\n`;
}

/** The groups of a file, checked against the run. UsageError that names line and field; CheckerError. */
export async function decodeStore(text: string, run: StoreSurroundings): Promise<Group[]> {
  const [first = '', ...lines] = text.replace(/\n$/, '').split('\n');
  const header = parsedLine(headerSchema, first, 1);
  const { task, num_generations, rollouts, difficulty } = header;
  assert(task === run.task.id, `line 1: task: it holds rollouts of ${task}, and the run is of ${run.task.id}`);
  assert(
    num_generations === run.groupSize,
    `line 1: num_generations: it holds groups of ${num_generations}, and the run takes ${run.groupSize}`,
  );
  const { min, max } = run.task.difficulty;
  assert(
    difficulty >= min && difficulty <= max,
    `line 1: difficulty: ${task} takes ${min} to ${max}, not ${difficulty}`,
  );
  assert(lines.length === rollouts, `line 1: rollouts: ${rollouts} lines should follow, and ${lines.length} do`);
  const groups = await storedGroups(
    lines.map((line, i) => parsedLine(storedRolloutSchema, line, i + 2)),
    run,
    (row) => `line ${row + 2}`,
  );
  assert(
    header.sha256 === undefined || header.sha256 === digest(lines),
    'line 1: sha256: the lines were changed since they were written',
  );
  // Steps of another run do not count here: all groups were written before step 0.
  return groups.map((group) => ({ ...group, writtenAt: 0 }));
}

/** The content of a store in numbers. */
export interface StoreSummary {
  /** Of the whole file, in hexadecimal; a run names its file by it. */
  readonly sha256: string;
  readonly bytes: number;
  /** Name of the policy that wrote them, for people. */
  readonly policy: string;
  readonly task: string;
  readonly difficulty: number;
  readonly temperature: number;
  readonly groupSize: number;
  readonly rollouts: number;
  /** Number of distinct prompts. */
  readonly prompts: number;
  /** Share of the rollouts that are correct. */
  readonly right: number;
}

/** The header of a file; the rollouts are not read. UsageError that names the field. */
export function readStoreHeader(bytes: Uint8Array): StoreHeader {
  assert(bytes.length <= LARGEST_STORE, `it has ${bytes.length} bytes, and ${LARGEST_STORE} is the most that is read`);
  const end = bytes.subarray(0, LONGEST_HEADER).indexOf(10);
  assert(end >= 0, 'line 1: it is no line that describes a store of rollouts');
  return parsedLine(headerSchema, textOf(bytes.subarray(0, end)), 1);
}

/**
 * A whole file for the run that is to learn from it, with its summary. UsageError that names line and field, and
 * nothing else, whatever the bytes; CheckerError if the code of the task's checker fails.
 */
export async function readStore(
  bytes: Uint8Array,
  run: StoreSurroundings,
): Promise<{ readonly groups: readonly Group[]; readonly summary: StoreSummary }> {
  const { policy, task, difficulty, temperature, num_generations: groupSize, rollouts } = readStoreHeader(bytes);
  const groups = await decodeStore(textOf(bytes), run);
  const right = mean(groups.flatMap(({ completions }) => completions.map(({ verdict }) => Number(verdict.correct))));
  const prompts = new Set(groups.map(({ example }) => example.prompt)).size;
  return {
    groups,
    summary: {
      sha256: sha256Hex(bytes),
      bytes: bytes.length,
      policy,
      task,
      difficulty,
      temperature,
      groupSize,
      rollouts,
      prompts,
      right,
    },
  };
}

/** Rollouts of a run as a file in the format of `npm run rollouts`. */
export interface RolloutFile {
  readonly text: string;
  readonly rollouts: number;
  /** First and last step of the rollouts, counted from 1; null for a store, which precedes step 1. */
  readonly steps: readonly [first: number, last: number] | null;
}
