/** @file A task from a file with one problem a line in JSON; the task's id names the checker and the file's SHA-256. */
import { assert, UsageError } from '../lib/assert.ts';
import { parsedLine, textOf } from '../lib/jsonLines.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { z } from '../lib/zod.ts';
import { type Checker, type CheckerId, checkers } from './checkers.ts';
import { defineTask } from './define.ts';
import { fileTaskId } from './fileId.ts';
import { answerTerm } from './rewardTerms.ts';
import { assertDifficulty, splitOf } from './split.ts';
import type { Difficulty, Example, Split, Task } from './task.ts';

/** Largest file that is read, in bytes. */
const LARGEST_FILE = 64e6;
/** Largest difficulty, which is that of the setting. */
export const HARDEST = 12;

const lineSchema = z.looseObject({
  prompt: z.string('text is needed').min(1, 'must not be empty'),
  answer: z
    .union([z.string(), z.number()], 'text or a number is needed')
    .transform((answer) => String(answer).trim())
    .refine((answer) => answer !== '', 'must not be empty'),
  split: z.enum(['train', 'validation', 'test'], 'one of train, validation, test is needed').optional(),
  difficulty: z.int('a whole number is needed').min(1, 'at least 1').max(HARDEST, `at most ${HARDEST}`).optional(),
});

interface Problem {
  readonly example: Example;
  readonly split: Split;
}

type NamedSplit = NonNullable<z.infer<typeof lineSchema>['split']>;
const splitNames: Readonly<Record<Split, NamedSplit>> = { train: 'train', validation: 'validation', heldout: 'test' };
const splitsByName: Readonly<Record<NamedSplit, Split>> = { train: 'train', validation: 'validation', test: 'heldout' };

/** Problems that differ only in white space are one. */
const canonicalOf = (prompt: string): string => prompt.trim().replaceAll(/\s+/g, ' ');

/** Throws the UsageError of `read` with line and field before its message. */
function inField<T>(line: number, field: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof UsageError ? new UsageError(`line ${line}: ${field}: ${cause.message}`, { cause }) : cause;
  }
}

/** UsageError that names line and field if the policy cannot write the texts, or no completion can match the answer. */
function checkTexts(prompt: string, answer: string, line: number, checker: Checker, encode: Encode): void {
  inField(line, 'prompt', () => encode(prompt));
  inField(line, 'answer', () => encode(answer));
  const problem = checker.problem(answer);
  assert(problem === null, `line ${line}: answer: ${problem}`);
}

/** Throws UsageError where the policy's tokenizer cannot encode the text, naming the character. */
export type Encode = (text: string) => unknown;

/** The problems of a file in their order; without splits in the file, a hash of each problem decides. */
function readProblems(text: string, checker: Checker, encode: Encode): Problem[] {
  const lineOf = new Map<string, number>();
  const lines = text.replace(/\r?\n$/, '').split('\n');
  let named: boolean | undefined;
  return lines.map((content, index) => {
    const line = index + 1;
    const { prompt, answer, split, difficulty = 1 } = parsedLine(lineSchema, content, line);
    named ??= split !== undefined;
    assert(named === (split !== undefined), `line ${line}: split: every line names one or none does, unlike line 1`);
    checkTexts(prompt, answer, line, checker, encode);
    const canonical = canonicalOf(prompt);
    const first = lineOf.get(canonical);
    assert(first === undefined, `line ${line}: prompt: it is the same as in line ${first}`);
    lineOf.set(canonical, line);
    return {
      example: { prompt, answer, canonical, difficulty },
      split: split ? splitsByName[split] : splitOf('file', canonical),
    };
  });
}

/** Problems by split and difficulty. */
type Table = Readonly<Record<Split, ReadonlyMap<number, readonly Example[]>>>;

/** Items by key, in their order. */
function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function tableOf(problems: readonly Problem[]): Table {
  const of = (split: Split) =>
    grouped(
      problems.filter((problem) => problem.split === split).map(({ example }) => example),
      ({ difficulty }) => difficulty,
    );
  return { train: of('train'), validation: of('validation'), heldout: of('heldout') };
}

const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The range of the file's difficulties. UsageError unless each has problems for training and for the test. */
function difficultyOf(problems: readonly Problem[], table: Table): Difficulty {
  const levels = new Set(problems.map(({ example }) => example.difficulty));
  const [min, max] = [Math.min(...levels), Math.max(...levels)];
  for (let level = min; level <= max; level++)
    for (const split of ['train', 'heldout'] as const)
      assert(
        table[split].has(level),
        `${levels.size > 1 || min > 1 ? `difficulty ${level}` : 'split'}: the file has no ${splitNames[split]} problem; add some, or name a split on every line`,
      );
  return { label: 'Difficulty', unit: '', min, max, default: max, summary: 'As the file states it.' };
}

/** Share of the commonest answer. */
function commonest(examples: readonly Example[]): number {
  const counts = [...grouped(examples, ({ answer }) => answer).values()].map(({ length }) => length);
  return largest(counts) / examples.length;
}

/**
 * The task of a file's bytes. UsageError that names line and field for a line that is not a problem, for texts that
 * `encode` refuses, for a prompt that stands twice, and for a file without problems for training or for the test.
 */
export function fileTask(bytes: Uint8Array, checkerId: CheckerId, encode: Encode): Task {
  assert(bytes.length <= LARGEST_FILE, `it has ${bytes.length} bytes, and ${LARGEST_FILE} is the most that is read`);
  const checker: Checker = checkers[checkerId];
  const problems = readProblems(textOf(bytes), checker, encode);
  const table = tableOf(problems);
  const difficulty = difficultyOf(problems, table);
  const byPrompt = new Map(problems.map(({ example }) => [example.prompt, example]));
  const id = fileTaskId(checkerId, sha256Hex(bytes));
  const upTo = (level: number) => problems.filter(({ example }) => example.difficulty <= level);
  return defineTask({
    id,
    title: `${problems.length} problems of a file`,
    summary: `Problems of a file; a completion is right if ${checker.summary}.`,
    difficulty,
    problems: upTo(difficulty.max).length - upTo(difficulty.max - 1).length,
    chance: commonest(table.heldout.get(difficulty.default) ?? []),
    rewardTerms: [answerTerm],
    lengths(level) {
      assertDifficulty(id, difficulty, level);
      const examples = upTo(level).map(({ example }) => example);
      return {
        prompt: largest(examples.map(({ prompt }) => prompt.length)),
        completion: largest(examples.map(({ answer }) => answer.length)) + checker.room,
      };
    },
    example(stream, split, level) {
      assertDifficulty(id, difficulty, level);
      const examples = table[split].get(level);
      assert(examples, `split: the file has no ${splitNames[split]} problem of difficulty ${level}`);
      return stream.pick(examples);
    },
    read: (prompt) => byPrompt.get(prompt) ?? null,
    verify({ answer }, completion) {
      const parsed = checker.parse(completion, answer);
      return { correct: parsed === answer, wellFormed: parsed !== null, method: null, parsed };
    },
  });
}
