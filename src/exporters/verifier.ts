/** @file The verifier of a task for a Python file. */
import { isOwnTask } from '../tasks/own/ownTask.ts';
import type { PythonVerifier, Task } from '../tasks/task.ts';

const exact: PythonVerifier = {
  code: `def verify(problem, completion):
    """The page's verifier of this task is not written in Python: here the completion must equal the stored answer."""
    correct = completion == problem["answer"]
    return correct, correct
`,
  instruction: 'Write the answer and nothing else.',
};

/** The task's own verifier; else one that only compares with the stored answer, which `leftVerifier` says. */
export const verifierOf = (task: Task): PythonVerifier =>
  task.python ?? (isOwnTask(task) ? { ...exact, instruction: '' } : exact);

/** A sentence about a verifier that is not written in Python; empty for one that is. */
export function leftVerifier(task: Task): readonly string[] {
  if (task.python !== undefined) return [];
  const compared = 'completions are compared with one stored answer';
  if (!isOwnTask(task)) return [`the verifier of the task "${task.id}": ${compared}`];
  const { id, parameter = '' } = task.own.checker;
  return [
    id === 'js'
      ? `the checker in JavaScript: it is not translated, and ${compared}; write it in Python as verify(problem, completion):\n${parameter}`
      : `the checker ${id}:${parameter}: Python has no such pattern, and ${compared}`,
  ];
}
