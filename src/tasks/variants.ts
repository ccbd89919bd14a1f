/** @file Variants of a task: with a control token before its prompts, or with a verifier that errs. */
import { assert } from '../lib/assert.ts';
import { random } from '../lib/random.ts';
import type { Task } from './task.ts';

/**
 * The task with a control token before every prompt; problems, splits and verdicts are unchanged. UsageError for an
 * unknown control.
 */
export function withControl(task: Task, control: string): Task {
  const { controls = [] } = task;
  const found = controls.find(({ id }) => id === control);
  assert(
    found !== undefined,
    `control: ${task.id} has no "${control}"; ${controls.length > 0 ? `choose one of ${controls.map(({ id }) => id).join(', ')}` : 'it has none'}`,
  );
  return {
    ...task,
    lengths(difficulty) {
      const { prompt, completion } = task.lengths(difficulty);
      return { prompt: prompt + found.token.length, completion };
    },
    example(stream, split, difficulty) {
      const example = task.example(stream, split, difficulty);
      return { ...example, prompt: found.token + example.prompt };
    },
  };
}

/**
 * The task with a verifier that errs: for a share `rate` of all pairs of problem and completion, right and wrong are
 * exchanged. The pairs are a function of `key`, so the same completion of the same problem always gets the same
 * verdict. `parsed` is unchanged, so a completion may be right with nothing parsed.
 */
export function withVerifierErrors(task: Task, rate: number, key: string | number): Task {
  assert(rate >= 0 && rate <= 1, `rate: the share of errors is 0 to 1, not ${rate}`);
  return {
    ...task,
    verify(example, completion, score) {
      const verdict = task.verify(example, completion, score);
      const isError = random('verifier error', key, task.id, example.prompt, completion).uniform() < rate;
      const { score: _, ...exchanged } = { ...verdict, correct: !verdict.correct };
      return isError ? exchanged : verdict;
    },
  };
}
