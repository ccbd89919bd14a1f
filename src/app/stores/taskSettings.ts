/** @file Settings that depend on the task: range of the difficulty, reward weights, a move to another task. */
import { rangeProblem } from '../../lib/numberText.ts';
import { choices } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Knob } from '../../rl/config/knob.ts';
import { knobs, type KnobName } from '../../rl/config/knobs.ts';
import { policyFor } from '../../rl/pretraining/policies.ts';
import { priorPromptProblem } from '../../rl/prompts/priorPrompt.ts';
import { rewardRanges } from '../../rl/rewards/composition.ts';
import type { Task } from '../../tasks/task.ts';
import { text } from '../../ui/text.ts';
import { keptForTask } from './rewardSettings.ts';

/** The knob for this task: label, range and default of `difficulty` come from the task. */
export function knobFor(name: KnobName, task: Task | undefined): Knob {
  const knob: Knob = knobs[name];
  if (name !== 'difficulty' || !task) return knob;
  const { label, unit, min, max, summary } = task.difficulty;
  return { ...knob, label, unit, min, max, default: task.difficulty.default, summary };
}

/** A reward weight as a knob. */
export function weightKnob(
  term: Pick<Task['rewardTerms'][number], 'id' | 'label' | 'summary' | 'defaultWeight'>,
): Knob {
  return {
    ...rewardRanges.weight,
    id: `reward.${term.id}`,
    label: term.label,
    unit: '',
    step: 0.1,
    default: term.defaultWeight,
    scale: 'linear',
    applies: 'restart',
    summary: `${term.summary.trim()} ${text.settings.weightHint}`,
  };
}

/** Why a knob refuses this value, or null. */
export const refusal = (name: KnobName, value: number, task: Task | undefined): string | null =>
  rangeProblem(value, knobFor(name, task));

/** Sets a difficulty outside the task's range to the task's default. */
export function fitDifficulty(config: TrainConfig, task: Task | undefined): TrainConfig {
  if (!task) return config;
  const { min, max } = task.difficulty;
  return config.difficulty >= min && config.difficulty <= max
    ? config
    : { ...config, difficulty: task.difficulty.default };
}

/**
 * The configuration moved to a task: default difficulty and weights, no rollout file, only the user's reward terms
 * kept, and a policy that was pretrained on the task.
 */
export function withTask(config: TrainConfig, task: Task): TrainConfig {
  const moved = {
    ...config,
    task: task.id,
    difficulty: task.difficulty.default,
    rolloutFile: '',
    ...keptForTask(config),
    policy: policyFor(task.id, config.policy),
  };
  return priorPromptProblem(moved) === null ? moved : { ...moved, priorPrompt: choices.priorPrompt.default };
}
