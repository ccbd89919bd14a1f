/** @file The task as a run asks it: with the run's prior prompt, and in training with the verifier's errors. */
import { assert } from '../../lib/assert.ts';
import { taskById } from '../../tasks/index.ts';
import type { Task } from '../../tasks/task.ts';
import { withControl, withVerifierErrors } from '../../tasks/variants.ts';

/** Value of `prior_prompt` without a control token. */
export const NO_PRIOR_PROMPT = 'none';

/** Ids of a task and of the control before its prompts, or `NO_PRIOR_PROMPT`. */
export interface AskedTask {
  readonly task: string;
  readonly priorPrompt: string;
}

/** With the rate of verifier errors in training. */
export interface TrainedTask extends AskedTask {
  readonly verifierErrorRate: number;
  readonly seed: number;
}

/** Id of the control before the prompts, or null. */
const controlOf = ({ priorPrompt }: Pick<AskedTask, 'priorPrompt'>): string | null =>
  priorPrompt === NO_PRIOR_PROMPT ? null : priorPrompt;

/** The error if the task does not have the configured prior prompt, else null. */
export function priorPromptProblem(config: AskedTask): string | null {
  const control = controlOf(config);
  const { controls = [] } = taskById(config.task);
  if (control === null || controls.some(({ id }) => id === control)) return null;
  return `prior_prompt: ${config.task} has no "${control}"; ${controls.length > 0 ? `choose one of ${controls.map(({ id }) => id).join(', ')}` : 'it has none'}`;
}

/**
 * The task with the run's prior prompt and the true verifier, which always judges held-out problems. UsageError if the
 * task does not have the prompt.
 */
export function askedTask(config: AskedTask): Task {
  const problem = priorPromptProblem(config);
  assert(problem === null, problem ?? '');
  const control = controlOf(config);
  const task = taskById(config.task);
  return control === null ? task : withControl(task, control);
}

/** The task in training: its verifier errs on a share `verifier_error_rate` of completions that the seed picks. */
export function trainingTask(config: TrainedTask): Task {
  const { verifierErrorRate, seed } = config;
  return verifierErrorRate > 0 ? withVerifierErrors(askedTask(config), verifierErrorRate, seed) : askedTask(config);
}
