/** @file The list of tasks, read by forms, URL, command line and tests. */
import { UsageError } from '../lib/assert.ts';
import { chain } from './chain.ts';
import { countdown, countdownDistance } from './countdown.ts';
import { exactSeq } from './exactSeq.ts';
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

/** The task with that id, or a UsageError that lists the ids. */
export function taskById(id: string): Task {
  const task = tasks.find((candidate) => candidate.id === id);
  if (!task) throw new UsageError(`task: there is no "${id}"; choose one of ${tasks.map((t) => t.id).join(', ')}`);
  return task;
}
