/** @file The shipped bases, with the tasks that each was shown in pretraining. */
import { present } from '../../lib/assert.ts';
import { tasks } from '../../tasks/index.ts';
import { recipes } from './recipes.ts';

export interface BasePolicy {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Ids of the tasks it was shown; empty for the untrained base. */
  readonly tasks: readonly string[];
}

/** A recipe may ship several seeds, so that results do not depend on a single base. */
export const policies: readonly BasePolicy[] = recipes.flatMap(({ shipped, title, summary, ingredients }) =>
  Object.entries(shipped).map(([id, seed]) => ({
    id,
    title: Object.keys(shipped).length > 1 ? `${title}, seed ${seed}` : title,
    summary,
    tasks: tasks.map((task) => task.id).filter((task) => ingredients.some((ingredient) => ingredient.task === task)),
  })),
);

/** Whether any base was shown the task. */
export const isShown = (task: string): boolean => policies.some(({ tasks }) => tasks.includes(task));

/** Whether the task is asked in words, which no shipped base can read. */
export const isInstruction = (id: string): boolean =>
  tasks.some((task) => task.id === id && task.isInstruction === true);

/**
 * Whether base and task fit: the base was shown the task, or no task at all, or no base was shown the task and it is
 * not asked in words. A base that is not shipped fits every task.
 */
export function suits(policy: string, task: string): boolean {
  const base = policies.find(({ id }) => id === policy);
  if (!base) return true;
  return !isInstruction(task) && (base.tasks.length === 0 || base.tasks.includes(task) || !isShown(task));
}

/**
 * The base to use for a task: the current one if they go together, else the first that was shown the task. For a task
 * asked in words, which no shipped base suits, the current one.
 */
export function policyFor(task: string, inHand: string): string {
  return suits(inHand, task) ? inHand : (policies.find(({ tasks }) => tasks.includes(task))?.id ?? inHand);
}

/** The task to give a base: the current one if they go together, else the first it was shown, else the first of all. */
export function taskFor(policy: string, inHand: string): string {
  return suits(policy, inHand)
    ? inHand
    : (policies.find(({ id }) => id === policy)?.tasks[0] ?? present(tasks[0], 'a task').id);
}
