/** @file Whether this version of the page can show and train a configuration from outside. */
import { UsageError } from '../../lib/assert.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { rewardTerms } from '../../rl/rewards/composition.ts';
import { missingFile } from '../../tasks/fileId.ts';
import { knownTasks } from '../../tasks/index.ts';
import { algorithmProblem } from '../stores/algorithmSettings.ts';

/** Why not, or null. Task, algorithm, parts, numbers, objective and reward terms must all be known. */
export function unusable(config: TrainConfig): string | null {
  const task = knownTasks.find(({ id }) => id === config.task);
  if (!task) return missingFile(config.task) ?? `there is no task “${config.task}”`;
  const { min, max } = task.difficulty;
  if (config.difficulty < min || config.difficulty > max)
    return `difficulty: ${min} to ${max} goes with the task, not ${config.difficulty}`;
  try {
    rewardTerms(task, config);
    return algorithmProblem(config);
  } catch (cause) {
    if (cause instanceof UsageError) return cause.message;
    throw cause;
  }
}
