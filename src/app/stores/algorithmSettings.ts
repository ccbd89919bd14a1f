/**
 * @file The algorithm, its parts and its numbers as a person sets them: what goes together, and what waits for a run of
 * its own.
 */
import { UsageError } from '../../lib/assert.ts';
import type { NumberRange } from '../../lib/numberText.ts';
import type { Setting } from '../../rl/words/setting.ts';
import { choices, type ChoiceName } from '../../rl/config/choices.ts';
import { algorithmOf, allSettings } from '../../rl/algorithm/compose.ts';
import { algorithmChoice, checkSettings, withAlgorithm } from '../../rl/algorithm/configured.ts';
import { defaultConfig, isLive, knobs, type TrainConfig } from '../../rl/config/config.ts';
import { priorPromptProblem } from '../../rl/prompts/priorPrompt.ts';

/**
 * Why a run cannot have this algorithm with these parts, or its task this prior prompt; null where nothing speaks
 * against them.
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

/** Only the numbers that the algorithm still has with its parts as they are. */
function withKnownNumbers(config: TrainConfig): TrainConfig {
  const known = new Set(allSettings(algorithmOf(algorithmChoice(config))).map(({ id }) => id));
  const kept = Object.entries(config.settings).filter(([id]) => known.has(id));
  return kept.length === Object.keys(config.settings).length
    ? config
    : { ...config, settings: Object.fromEntries(kept) };
}

/** Every part as the algorithm has it; where it learns from pairs, an odd shard would cut one. */
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

/** Another algorithm with its own numbers and its own objective; parts that were chosen stay where they go with it. */
export function withChosenAlgorithm(config: TrainConfig, id: string): TrainConfig {
  const chosen = { ...withAlgorithm(config, id), objectiveText: '' };
  return algorithmProblem(chosen) === null ? chosen : withOwnParts(chosen);
}

/** The configuration with another word, or why not. */
export function withChoice(config: TrainConfig, name: ChoiceName, id: string): TrainConfig | string {
  // A file of rollouts belongs to the choice that reads it.
  const chosen = { ...config, [name]: id, ...(name === 'rollouts' ? { rolloutFile: '' } : {}) };
  // The numbers of a part go with it, so they are no reason against another.
  const problem = algorithmProblem({ ...chosen, settings: {} });
  return problem ?? withKnownNumbers(chosen);
}

/** What a number of the algorithm can be. */
export const rangeOf = ({ min, max }: Pick<Setting, 'min' | 'max'>): NumberRange => ({ min, max, integer: false });

/** What a number is where nothing is set: its default, or that of the knob it follows. */
export const usualNumber = (
  { epsilon }: Pick<TrainConfig, 'epsilon'>,
  setting: Pick<Setting, 'default' | 'sameAs'>,
): number => (setting.sameAs === knobs.epsilon.id ? epsilon : setting.default);

/** The configuration with one more number; what is usual needs no mention. */
export function withNumber(
  config: TrainConfig,
  setting: Pick<Setting, 'id' | 'default' | 'sameAs'>,
  value: number,
): TrainConfig {
  const { [setting.id]: _before, ...others } = config.settings;
  return { ...config, settings: value === usualNumber(config, setting) ? others : { ...others, [setting.id]: value } };
}

/** What is part of an algorithm and means something else, or nothing, in another. */
const ofAlgorithm: readonly (keyof TrainConfig)[] = ['settings', 'epsilon', 'beta'];

/**
 * Whether a change of this field acts in the run at its next step; what belongs to another algorithm waits for its run.
 */
export function actsNow(name: keyof TrainConfig, settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): boolean {
  const sameLoss =
    settings.algorithm === run.algorithm &&
    settings.objectiveText === run.objectiveText &&
    settings.advantage === run.advantage;
  return isLive(name) && (sameLoss || !ofAlgorithm.includes(name));
}
