/** @file The list of tasks, read by forms, URL, command line and tests. */
import { UsageError } from '../lib/assert.ts';
import { chain } from './chain.ts';
import { countdown, countdownDistance } from './countdown.ts';
import { exactSeq } from './exactSeq.ts';
import { missingFile } from './fileId.ts';
import { formatsTask } from './formats.ts';
import { gridlake } from './gridlake.ts';
import { induction } from './strings/induction.ts';
import { strings } from './strings/strings.ts';
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
  gridlake,
  exactSeq,
];

/** Every character of prompts and completions: the vocabulary of the policies, without its special tokens. */
export const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz+-*/=()[]<>,;:.?!#|&^_@~ ';

/** Tasks of files that were opened here. An id names the content, so that no two differ under one id. */
const opened = new Map<string, Task>();

/** Makes the task of a file known to `taskById`. */
export function openTask(task: Task): void {
  opened.set(task.id, task);
}

/** The task with that id; UsageError that lists the ids, or names the file that must be opened. */
export function taskById(id: string): Task {
  const task = tasks.find((candidate) => candidate.id === id) ?? opened.get(id);
  if (task) return task;
  throw new UsageError(
    `task: ${missingFile(id) ?? `there is no "${id}"; choose one of ${tasks.map((t) => t.id).join(', ')}`}`,
  );
}
