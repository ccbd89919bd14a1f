/**
 * @file Changes to the algorithm, its parts and its numbers: which combinations are valid, and which wait for a new
 * run.
 */
import { UsageError } from '../../lib/assert.ts';
import type { NumberRange } from '../../lib/numberText.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { choices, type ChoiceName } from '../../rl/config/choices.ts';
import { algorithmOf, allSettings } from '../../rl/algorithm/compose.ts';
import { algorithmChoice, checkSettings, fittingSchedules, withAlgorithm } from '../../rl/algorithm/configured.ts';
import { defaultConfig, isLive, type TrainConfig } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { priorPromptProblem } from '../../rl/prompts/priorPrompt.ts';

/**
 * Why a run cannot combine this algorithm with these parts, or this task with the prior prompt; null for a valid
 * configuration.
 */
export function algorithmProblem(config: TrainConfig): string | null {
  const unknownPrompt = priorPromptProblem(config);
  if (unknownPrompt !== null) return unknownPrompt;
  try {
    checkSettings(algorithmOf(algorithmChoice(config)), config);
    return null;
  } catch (cause) {
    if (cause instanceof UsageError) return cause.message;
    throw cause;
  }
}

/** Drops numbers that the algorithm does not have with its current parts. */
function withKnownNumbers(config: TrainConfig): TrainConfig {
  const algorithm = algorithmOf(algorithmChoice(config));
  const known = new Set(allSettings(algorithm).map(({ id }) => id));
  const kept = Object.entries(config.settings).filter(([id]) => known.has(id));
  return { ...config, settings: Object.fromEntries(kept), schedules: fittingSchedules(algorithm, config) };
}

/** Sets every part to the algorithm’s own. Algorithms that learn from pairs need an even shard size. */
export const withOwnParts = (config: TrainConfig): TrainConfig => ({
  ...config,
  rollouts: choices.rollouts.default,
  rolloutFile: '',
  advantage: choices.advantage.default,
  klEstimator: choices.klEstimator.default,
  klPlacement: choices.klPlacement.default,
  klBiasCorrection: choices.klBiasCorrection.default,
  aggregation: choices.aggregation.default,
  offPolicyMask: choices.offPolicyMask.default,
  topEntropyQuantile: knobs.topEntropyQuantile.default,
  settings: {},
  shardSize: config.shardSize % 2 === 0 ? config.shardSize : defaultConfig.shardSize,
});

/**
 * Switches to another algorithm with its default numbers and its own objective; chosen parts stay where they fit it.
 */
export function withChosenAlgorithm(config: TrainConfig, id: string): TrainConfig {
  const chosen = { ...withAlgorithm(config, id), objectiveText: '' };
  return algorithmProblem(chosen) === null ? chosen : withKnownNumbers(withOwnParts(chosen));
}

/** The configuration with another part, or why it is invalid. */
export function withChoice(config: TrainConfig, name: ChoiceName, id: string): TrainConfig | string {
  // A rollout file belongs to the choice that reads it.
  const chosen = { ...config, [name]: id, ...(name === 'rollouts' ? { rolloutFile: '' } : {}) };
  // The numbers of the old part go away with it, so they cannot conflict with the new one.
  const problem = algorithmProblem({ ...chosen, settings: {}, schedules: {} });
  return problem ?? withKnownNumbers(chosen);
}

/** Range of a number of the algorithm. */
export const rangeOf = ({ min, max }: Pick<Setting, 'min' | 'max'>): NumberRange => ({ min, max, integer: false });

/** Value of a number that is not set: its default, or the value of the knob that it follows. */
export const usualNumber = (
  { epsilon }: Pick<TrainConfig, 'epsilon'>,
  setting: Pick<Setting, 'default' | 'sameAs'>,
): number => (setting.sameAs === knobs.epsilon.id ? epsilon : setting.default);

/** The configuration with this number set; a default value is not stored. */
export function withNumber(
  config: TrainConfig,
  setting: Pick<Setting, 'id' | 'default' | 'sameAs'>,
  value: number,
): TrainConfig {
  const { [setting.id]: _before, ...others } = config.settings;
  return { ...config, settings: value === usualNumber(config, setting) ? others : { ...others, [setting.id]: value } };
}

/** Fields whose meaning depends on the algorithm. */
const ofAlgorithm: readonly (keyof TrainConfig)[] = ['settings', 'schedules', 'epsilon', 'beta'];

/**
 * Whether a change of this field acts at the next step of the run; fields in `ofAlgorithm` wait if the algorithm
 * differs.
 */
export function actsNow(name: keyof TrainConfig, settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): boolean {
  const sameLoss =
    settings.algorithm === run.algorithm &&
    settings.objectiveText === run.objectiveText &&
    settings.advantage === run.advantage;
  return isLive(name) && (sameLoss || !ofAlgorithm.includes(name));
}
