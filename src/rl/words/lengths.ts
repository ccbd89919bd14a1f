/** @file Capacities of a run in tokens. */
import type { TokenLengths, Tokenizer } from '../../policy/tokenizer.ts';
import type { Task } from '../../tasks/task.ts';

/** Longest prompt and completion in tokens. */
export type Lengths = TokenLengths;

/**
 * Capacities for a task in tokens of the policy. With an environment, any turn may begin anywhere after the prompt, and
 * the tokens before it are its prompt; `completionLength` then counts all turns and answers.
 */
export function lengthsOf(
  task: Pick<Task, 'lengths' | 'environment'>,
  difficulty: number,
  tokenizer: Pick<Tokenizer, 'tokenLengths'>,
): Lengths {
  const { promptLength, completionLength } = tokenizer.tokenLengths(task.lengths(difficulty));
  return { promptLength: promptLength + (task.environment ? completionLength : 0), completionLength };
}
