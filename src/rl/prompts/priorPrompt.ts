/**
 * @file The task as a run poses it: behind the run's prior prompt, and in training judged by a verifier that may err.
 */
import { assert } from '../../lib/assert.ts';
import { taskById } from '../../tasks/index.ts';
import type { Task } from '../../tasks/task.ts';
import { withControl, withVerifierErrors } from '../../tasks/variants.ts';

/** No control token before the prompts. */
export const NO_PRIOR_PROMPT = 'none';

/** A task by its id, and the control before its prompts or `NO_PRIOR_PROMPT`. */
export interface AskedTask {
  readonly task: string;
  readonly priorPrompt: string;
}

/** The same, with the verifier's errors in training. */
export interface TrainedTask extends AskedTask {
  readonly verifierErrorRate: number;
  readonly seed: number;
}

/** The control that stands before the prompts, by its id, or null. */
const controlOf = ({ priorPrompt }: Pick<AskedTask, 'priorPrompt'>): string | null =>
  priorPrompt === NO_PRIOR_PROMPT ? null : priorPrompt;

/** Why the task has no such prior prompt, or null. */
export function priorPromptProblem(config: AskedTask): string | null {
  const control = controlOf(config);
  const { controls = [] } = taskById(config.task);
  if (control === null || controls.some(({ id }) => id === control)) return null;
  return `prior_prompt: ${config.task} has no "${control}"; ${controls.length > 0 ? `choose one of ${controls.map(({ id }) => id).join(', ')}` : 'it has none'}`;
}

/**
 * The task with the run's prior prompt and its true verifier: what is held out is always judged by it. UsageError where
 * there is no such prompt.
 */
export function askedTask(config: AskedTask): Task {
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
export function trainingTask(config: TrainedTask): Task {
  const { verifierErrorRate, seed } = config;
  return verifierErrorRate > 0 ? withVerifierErrors(askedTask(config), verifierErrorRate, seed) : askedTask(config);
}
