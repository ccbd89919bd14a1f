/** @file Capacities of a run in tokens. */
import type { Task } from '../../tasks/task.ts';

/** Longest prompt and completion in tokens. */
export interface Lengths {
  readonly promptLength: number;
  readonly completionLength: number;
}

/**
 * Capacities for a task if a token is a character. With an environment, any turn may begin anywhere after the prompt,
 * and the tokens before it are its prompt; `completionLength` then counts all turns and answers.
 */
export function lengthsOf(task: Pick<Task, 'lengths' | 'environment'>, difficulty: number): Lengths {
  const { prompt, completion } = task.lengths(difficulty);
  const completionLength = completion + 1;
  return { promptLength: prompt + (task.environment ? completionLength : 0), completionLength };
}
