/** @file The problems of a run for an export: those of a data file, or some of a task that draws them without end. */
import { random } from '../lib/random.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { allowedNumbers } from '../tasks/checkers.ts';
import { isOwnTask, type OwnTask } from '../tasks/own/ownTask.ts';
import type { Message } from '../tasks/own/row.ts';
import type { Task } from '../tasks/task.ts';
import { verifierOf } from './verifier.ts';

/** Number of drawn problems in an export, drawn as the page draws them. */
export const PROBLEMS = 512;

/** A problem with the keys that `verify` reads. */
export interface ExportProblem {
  readonly problem: string;
  readonly answer: string;
  readonly difficulty: number;
  /** Numbers that an expression may use, of a checker that reads them. */
  readonly numbers?: readonly number[] | null;
}

/** The training problems of the file at the run’s difficulty, in their order. */
const fileRows = ({ own }: OwnTask, { difficulty }: TrainConfig) =>
  own.problems.filter(({ row, split }) => split === 'train' && row.difficulty === difficulty).map(({ row }) => row);

/** Problems of the run: all training problems of a data file, else `PROBLEMS` of the task. */
export function problemsOf(
  task: Task,
  config: TrainConfig,
): readonly (ExportProblem & { readonly chat?: readonly Message[] })[] {
  if (isOwnTask(task)) {
    const hasNumbers = task.python?.columns?.includes('numbers') ?? false;
    return fileRows(task, config).map((row) => ({
      problem: row.prompt,
      answer: row.answer,
      difficulty: row.difficulty,
      ...(hasNumbers ? { numbers: allowedNumbers(row) } : {}),
      ...(row.messages ? { chat: row.messages } : {}),
    }));
  }
  return Array.from({ length: PROBLEMS }, (_, index) => {
    const { prompt, answer, difficulty } = task.example(
      random(config.seed, 'train.py', index),
      'train',
      config.difficulty,
    );
    return { problem: prompt, answer, difficulty };
  });
}

/** The problems with their prompts as chats; a task’s instruction stands before the problem. */
export function promptedProblems(
  task: Task,
  config: TrainConfig,
): readonly (ExportProblem & { readonly prompt: readonly Message[] })[] {
  const { instruction } = verifierOf(task);
  return problemsOf(task, config).map(({ chat, ...problem }) => ({
    prompt: chat ?? [
      { role: 'user', content: instruction === '' ? problem.problem : `${instruction}\n${problem.problem}` },
    ],
    ...problem,
  }));
}
