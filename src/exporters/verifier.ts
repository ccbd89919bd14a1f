/** @file The verifier of a task for a Python file. */
import type { PythonVerifier, Task } from '../tasks/task.ts';

const exact: PythonVerifier = {
  code: `def verify(problem, completion):
    """The page's verifier of this task is not written in Python: here the completion must equal the stored answer."""
    correct = completion == problem["answer"]
    return correct, correct
`,
  instruction: 'Write the answer and nothing else.',
};

/** The task's own verifier; else one that only compares with the stored answer, and `faithful` is false. */
export const verifierOf = ({ python }: Pick<Task, 'python'>): PythonVerifier & { readonly faithful: boolean } => ({
  ...(python ?? exact),
  faithful: python !== undefined,
});
