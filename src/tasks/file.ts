/** @file A task from a data file; its id names the checker and the files by their SHA-256. */
import { assert, UsageError } from '../lib/assert.ts';
import { breather } from '../lib/breather.ts';
import { sha256Hex, sha256InSlices } from '../lib/sha256.ts';
import { checkerOf } from './checkers.ts';
import { type Checker, RIGHT } from './own/checker.ts';
import { defineTask } from './define.ts';
import { fileTaskId, type NamedFiles } from './fileId.ts';
import { divide, splitNames } from './own/divide.ts';
import { commonest, difficultyOf, largest, type Problem, tableOf } from './own/table.ts';
import { readRows, type RowsRead } from './own/read.ts';
import { linkTextOf } from './own/linkText.ts';
import type { OwnTask } from './own/ownTask.ts';
import { codeRow, type OwnRow } from './own/row.ts';
import type { TaskFile } from './own/taskFile.ts';
import { checkerPython } from './python/checkers.ts';
import { answerTerm } from './rewardTerms.ts';
import { assertDifficulty } from './split.ts';
import type { Example, Task } from './task.ts';

export { HARDEST } from './own/row.ts';

/** UsageError that names the first row whose answer no completion can match. */
function checkAnswers({ rows, places }: RowsRead, checker: Checker): void {
  const bad = rows.filter((row) => checker.problem(row) !== null);
  const [first] = bad;
  if (!first) return;
  const place = places[rows.indexOf(first)]?.('answer');
  const others = bad.length > 1 ? `; so it is in ${bad.length} rows` : '';
  throw new UsageError(
    `${place}: answer: ${JSON.stringify(first.answer.slice(0, 40))}: ${checker.problem(first)}${others}`,
  );
}

/** Bytes of a text in UTF-8: a tokenizer may need a token for each, and for ASCII they are its characters. */
const byteLength = (text = ''): number => new TextEncoder().encode(text).length;

/** Longest prompt and completion in bytes; `room` is added to the longest answer or solution. */
const longest = (problems: readonly Problem[], room: number): ReturnType<Task['lengths']> => ({
  prompt: largest(problems.map(({ row }) => byteLength(row.prompt))),
  completion: largest(problems.map(({ row }) => Math.max(byteLength(row.answer), byteLength(row.solution)))) + room,
  messages: largest(problems.map(({ row }) => row.messages?.length ?? 1)),
});

/** The task of divided problems, with a turn of other work between the passes over them. */
async function taskOf(
  id: string,
  problems: readonly Problem[],
  checker: Checker,
  file: TaskFile | undefined,
): Promise<Task> {
  const breathe = breather();
  const table = tableOf(problems);
  await breathe();
  const difficulty = difficultyOf(problems, table);
  await breathe();
  const byPrompt = new Map(problems.map(({ example }) => [example.prompt, example]));
  await breathe();
  const rowOf = new Map(problems.map(({ example, row }) => [example.canonical, row]));
  const rowFor = ({ answer, canonical }: Example) => rowOf.get(canonical) ?? { answer, columns: {} };
  await breathe();
  const upTo = (level: number) => problems.filter(({ example }) => example.difficulty <= level);
  const lengths = new Map<number, ReturnType<Task['lengths']>>();
  const python = checkerPython(checker);
  return defineTask({
    id,
    ...(python ? { python } : {}),
    title: file?.title ?? `${problems.length} problems of a file`,
    summary: `${file?.summary ?? 'Problems of a file.'} A completion is right if ${checker.summary}.`,
    difficulty,
    problems: upTo(difficulty.max).length - upTo(difficulty.max - 1).length,
    chance: commonest(table.heldout.get(difficulty.default) ?? []),
    rewardTerms: [answerTerm],
    lengths(level) {
      assertDifficulty(id, difficulty, level);
      const known = lengths.get(level) ?? longest(upTo(level), checker.room);
      lengths.set(level, known);
      return known;
    },
    example(stream, split, level) {
      assertDifficulty(id, difficulty, level);
      const examples = table[split].get(level);
      assert(examples, `split: the file has no ${splitNames[split]} problem of difficulty ${level}`);
      return stream.pick(examples);
    },
    read: (prompt) => byPrompt.get(prompt) ?? null,
    ...(checker.id === 'js'
      ? { code: { text: checker.parameter ?? '', row: (example) => codeRow(rowFor(example)) } }
      : {}),
    verify(example, completion, score) {
      const row = rowFor(example);
      if (score !== undefined) {
        const correct = score >= RIGHT;
        return { correct, wellFormed: true, method: null, parsed: correct ? row.answer : completion, score };
      }
      const { correct, parsed } = checker.check(completion, row);
      return { correct, wellFormed: parsed !== null, method: null, parsed };
    },
  });
}

/** A checker, or a choice by the rows; null for the default, or if the file is a whole task. */
export type Choosing = Checker | ((rows: readonly OwnRow[]) => Checker) | null;

/** The checker that the task file names, or the given one. UsageError if there is none, or code in a task file. */
function chosenChecker({ task, rows }: RowsRead, checker: Choosing): Checker {
  if (!task) return typeof checker === 'function' ? checker(rows) : (checker ?? checkerOf('exact'));
  assert(checker === null || typeof checker === 'function', 'checker: this file is a whole task and names its own');
  try {
    return checkerOf(task.checker);
  } catch (cause) {
    throw cause instanceof UsageError ? new UsageError(`checker: ${cause.message}`, { cause }) : cause;
  }
}

/**
 * The task of a file's bytes. UsageError that names line, column and field for a row that is no problem, an answer that
 * no completion can match, and a file without problems for training or for the test. Repeated prompts are left out and
 * counted.
 */
export async function fileTask(
  bytes: Uint8Array,
  checker: Choosing,
  onRows?: (count: number) => void,
): Promise<OwnTask> {
  const read = await readRows(bytes, onRows);
  const chosen = chosenChecker(read, checker);
  checkAnswers(read, chosen);
  const { problems: divided, ...counted } = await divide(read.rows);
  const files: NamedFiles = {
    checker: read.task ? 'task' : chosen.id,
    data: await sha256InSlices(bytes),
    ...(read.task || chosen.parameter === undefined
      ? {}
      : { parameter: sha256Hex(new TextEncoder().encode(chosen.parameter)) }),
  };
  const problems = divided.map(({ row, canonical, split }) => ({
    row,
    split,
    example: {
      prompt: row.prompt,
      answer: row.answer,
      canonical,
      difficulty: row.difficulty,
      ...(row.messages ? { messages: row.messages } : {}),
    },
  }));
  return {
    ...(await taskOf(fileTaskId(files), problems, chosen, read.task)),
    own: {
      ...counted,
      files,
      bytes: bytes.length,
      format: read.format,
      forms: read.forms,
      read: read.rows.length,
      problems,
      checker: chosen,
      ...(read.task ? { task: read.task, ...linkTextOf(bytes) } : {}),
    },
  };
}

/** UsageError that names line and field of the first text that `encode` refuses: the policy cannot write it. */
export function checkVocabulary({ own }: OwnTask, encode: (text: string) => unknown): void {
  for (const { row } of own.problems)
    for (const field of ['prompt', 'answer'] as const)
      try {
        encode(row[field]);
      } catch (cause) {
        if (!(cause instanceof UsageError)) throw cause;
        throw new UsageError(`line ${row.line}: ${field}: ${cause.message}`, { cause });
      }
}
