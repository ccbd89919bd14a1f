/**
 * @file The task as a run poses it: behind the run's prior prompt, and in training judged by a verifier that may err.
 */
import { assert } from '../lib/assert.ts';
import { taskById } from '../tasks/index.ts';
import type { Task } from '../tasks/task.ts';
import { withControl, withVerifierErrors } from '../tasks/variants.ts';
import { NO_PRIOR_PROMPT } from './choices.ts';
import type { TrainConfig } from './config.ts';

/** The control that stands before the prompts, by its id, or null. */
const controlOf = ({ priorPrompt }: Pick<TrainConfig, 'priorPrompt'>): string | null =>
  priorPrompt === NO_PRIOR_PROMPT ? null : priorPrompt;

/** Why the task has no such prior prompt, or null. */
export function priorPromptProblem(config: Pick<TrainConfig, 'task' | 'priorPrompt'>): string | null {
  const control = controlOf(config);
  const { controls = [] } = taskById(config.task);
  if (control === null || controls.some(({ id }) => id === control)) return null;
  return `prior_prompt: ${config.task} has no "${control}"; ${controls.length > 0 ? `choose one of ${controls.map(({ id }) => id).join(', ')}` : 'it has none'}`;
}

/**
 * The task with the run's prior prompt and its true verifier: what is held out is always judged by it. UsageError where
 * there is no such prompt.
 */
export function askedTask(config: Pick<TrainConfig, 'task' | 'priorPrompt'>): Task {
  const problem = priorPromptProblem(config);
  assert(problem === null, problem ?? '');
  const control = controlOf(config);
  const task = taskById(config.task);
  return control === null ? task : withControl(task, control);
}

/**
 * The task as training sees it: its verifier errs on `verifier_error_rate` of all completions, on which ones the seed
 * decides.
 */
export function trainingTask(config: Pick<TrainConfig, 'task' | 'priorPrompt' | 'verifierErrorRate' | 'seed'>): Task {
  const { verifierErrorRate, seed } = config;
  return verifierErrorRate > 0 ? withVerifierErrors(askedTask(config), verifierErrorRate, seed) : askedTask(config);
}
