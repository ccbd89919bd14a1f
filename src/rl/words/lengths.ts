/** @file Capacities of a run in tokens. */
import type { Task } from '../../tasks/task.ts';

/** Longest prompt and completion in tokens. */
export interface Lengths {
  readonly promptLength: number;
  readonly completionLength: number;
}

/**
 * Capacities for a task, a token being a character. With an environment a turn may begin anywhere after the prompt, and
 * what precedes a turn is its prompt; the completion then counts all turns and answers.
 */
export function lengthsOf(task: Pick<Task, 'lengths' | 'environment'>, difficulty: number): Lengths {
  const { prompt, completion } = task.lengths(difficulty);
  const completionLength = completion + 1;
  return { promptLength: prompt + (task.environment ? completionLength : 0), completionLength };
}
