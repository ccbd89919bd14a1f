/** @file The list of tasks, read by forms, URL, command line and tests. */
import { UsageError } from '../lib/assert.ts';
import { chain } from './chain.ts';
import { countdownWords } from './chat/countdownWords.ts';
import { followFormat } from './chat/followFormat.ts';
import { chainSums, legs, letters } from './chat/numbers.ts';
import { spellBackward } from './chat/spelling.ts';
import { countdown, countdownDistance } from './countdown.ts';
import { exactSeq } from './exactSeq.ts';
import { missingFile } from './fileId.ts';
import { formatsTask } from './formats.ts';
import { gridlake } from './gridlake.ts';
import { editsTask } from './strings/edits.ts';
import { induction } from './strings/induction.ts';
import { strings } from './strings/strings.ts';
import { strings7 } from './strings/strings7.ts';
import { sums } from './sums.ts';
import type { Task } from './task.ts';

export const tasks: readonly Task[] = [
  sums,
  chain,
  countdown,
  countdownDistance,
  formatsTask,
  ...strings,
  induction,
  editsTask,
  strings7,
  gridlake,
  exactSeq,
  followFormat,
  chainSums,
  legs,
  letters,
  spellBackward,
  countdownWords,
];

/** Every character of prompts and completions: the vocabulary of the policies, without its special tokens. */
export const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz+-*/=()[]<>,;:.?!#|&^_@~ ';

const known: Task[] = [...tasks];

/** The tasks of this program, then those of files that were opened here; it grows with `openTask`. */
export const knownTasks: readonly Task[] = known;

/** Makes the task of a file known. An id names the content, so that no two differ under one id. */
export function openTask(task: Task): void {
  if (!known.some(({ id }) => id === task.id)) known.push(task);
}

/** The task with that id; UsageError that lists the ids, or names the file that must be opened. */
export function taskById(id: string): Task {
  const task = known.find((candidate) => candidate.id === id);
  if (task) return task;
  throw new UsageError(
    `task: ${missingFile(id) ?? `there is no "${id}"; choose one of ${tasks.map((t) => t.id).join(', ')}`}`,
  );
}
