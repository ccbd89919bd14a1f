/** @file Changes of the stages of a run, with the reason of a refused one. */
import { UsageError } from '../../lib/assert.ts';
import { readStages, stageConfig } from '../../rl/algorithm/stages.ts';
import { readStageWords } from '../../rl/algorithm/stageWords.ts';
import { type TrainConfig, trainConfigSchema } from '../../rl/config/config.ts';
import { complaintOf } from '../../rl/config/stages.ts';
import { algorithmProblem } from './algorithmSettings.ts';

/** The configuration with stages in text form, or why they cannot be read. */
export function stagedBy(config: TrainConfig, words: string): TrainConfig | string {
  try {
    return readStages(config, readStageWords(words));
  } catch (cause) {
    if (cause instanceof UsageError) return cause.message;
    throw cause;
  }
}

/** Why a stage cannot be trained, by its number; null without stages, and if all can. */
export function stagesProblem(config: TrainConfig): string | null {
  const parsed = config.stages && trainConfigSchema.safeParse(config);
  if (parsed && !parsed.success) return parsed.error.issues.map(complaintOf).join('; ');
  for (const index of (config.stages ?? []).keys()) {
    const problem = algorithmProblem(stageConfig(config, index));
    if (problem !== null) return `stage ${index + 1}: ${problem}`;
  }
  return null;
}
