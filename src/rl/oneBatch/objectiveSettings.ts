/**
 * @file Which objective an evaluation asks for: a paper by name, and settings that are numbers or choose one of its
 * parts by a word.
 */
import { assert, UsageError } from '../../lib/assert.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { type AlgorithmChoice, allSettings, composed } from '../algorithm/compose.ts';
import { algorithmChoice } from '../algorithm/configured.ts';
import { choices, type ChoiceName, OWN } from '../config/choices.ts';
import { defaultConfig } from '../config/config.ts';
import { baselineSetting, maskTruncated, overlongBuffer } from '../rewards/shaping.ts';
import { algorithms } from '../papers/index.ts';
import { aggregationIds } from '../objectives/aggregation.ts';
import { withCritic } from '../objectives/critic.ts';
import { importanceCap, importanceModes } from '../objectives/importance.ts';
import { offPolicyThreshold } from '../objectives/offPolicyMask.ts';
import { topEntropy } from '../objectives/selection.ts';
import { entropyCoef } from '../objectives/settings.ts';
import type { CheckedInput } from './objectiveInput.ts';

export interface RequestedObjective {
  readonly algorithm: Algorithm;
  readonly settings: Readonly<Record<string, number>>;
  /** Rows of a group, where advantages are made of rewards. */
  readonly groupSize: number;
  readonly maxCompletionLength: number;
  /** The log-probabilities of the sampler weigh the loss. */
  readonly correction: boolean;
  /** Groups without spread take no part. */
  readonly masksFlatGroups: boolean;
}

/** Other names of the same thing. */
const aliases: Readonly<Record<string, string>> = {
  expertiteration: 'raft',
  ppowithcritic: 'ppo',
  dualclipppo: 'dualclip',
  ppodualclip: 'dualclip',
};

/** As written without regard to case, blanks, dots, dashes: `Dr. GRPO`, `dr_grpo`, `REINFORCE++`. */
function plain(name: string): string {
  const bare = name
    .toLowerCase()
    .replaceAll('++', 'plusplus')
    .replaceAll(/[-_.\s]/g, '');
  return aliases[bare] ?? bare;
}

/** By id, whatever the case and the dashes. */
export function objectiveByName(name: string): Algorithm {
  const algorithm = algorithms.find(({ id }) => plain(id) === plain(name));
  if (!algorithm)
    throw new UsageError(
      `name: there is no objective "${name}"; choose one of ${algorithms.map(({ id }) => id).join(', ')}`,
    );
  return algorithm;
}

/** Estimators by TRL's `scale_rewards`. */
const scaled: Readonly<Record<string, string>> = { group: 'group', batch: 'batchScaled', none: 'unscaled' };

/** Choices of a run that act on one batch, by the configuration's name. */
const parts = [
  'advantage',
  'aggregation',
  'maskedCompletions',
  'zeroStdGroups',
  'klEstimator',
  'klPlacement',
  'klBiasCorrection',
  'importanceCorrection',
  'offPolicyMask',
] as const satisfies readonly ChoiceName[];

/** Settings that choose a part, with their words: a run's, and other names of the same under TRL's. */
export const words: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(parts.map((name) => [choices[name].id, choices[name].options.map(({ id }) => id)])),
  aggregation: [OWN, ...aggregationIds],
  scale_rewards: Object.keys(scaled),
  importance_sampling_mode: importanceModes,
};

/** Settings that bring a part along where they are given. */
export const optionalParts: readonly Setting[] = [entropyCoef, topEntropy, importanceCap, offPolicyThreshold];

/** Settings of an evaluation beside those of the objective. */
const ofEvaluation = [
  'num_generations',
  'max_completion_length',
  ...Object.keys(words),
  ...optionalParts.map(({ id }) => id),
];

/** Settings of the step that act on one batch too, where they are given. */
const ofStep = [maskTruncated.id, overlongBuffer.id, baselineSetting(0).id];

/** Settings that one batch can be evaluated with. */
export const evaluationSettings = (algorithm: Algorithm): readonly Setting[] =>
  allSettings(algorithm).filter(({ loop }) => !loop);

type Given = CheckedInput['settings'];

/** The word given for a choice, or its default. UsageError for another. */
function wordOf(given: Given, id: string, fallback: string): string {
  const value = given[id];
  if (value === undefined) return fallback;
  const allowed = words[id] ?? [];
  assert(
    typeof value === 'string' && allowed.includes(value),
    `settings.${id}: one of ${allowed.join(', ')} is allowed, not ${JSON.stringify(value)}`,
  );
  return value;
}

/** `use_bias_correction_kl` may be a truth value too, as TRL has it. */
const truthAsWord = (given: Given): Given => {
  const { use_bias_correction_kl: value } = given;
  return typeof value === 'number' ? { ...given, use_bias_correction_kl: value > 0.5 ? 'on' : 'off' } : given;
};

/** The choice that a run with these words makes; a number that is given brings its part along, whatever its value. */
function choiceOf(paper: Algorithm, written: Given, text: string | undefined): AlgorithmChoice {
  const given = truthAsWord(written);
  const chosen = Object.fromEntries(
    parts.map((name) => [name, wordOf(given, choices[name].id, choices[name].default)]),
  ) as Record<(typeof parts)[number], string>;
  const scale = given.scale_rewards === undefined ? undefined : scaled[wordOf(given, 'scale_rewards', '')];
  const mode = wordOf(
    given,
    'importance_sampling_mode',
    given[importanceCap.id] === undefined ? choices.importanceCorrection.default : 'token_truncate',
  );
  return {
    ...algorithmChoice({
      ...defaultConfig,
      ...chosen,
      algorithm: paper.id,
      advantage: scale ?? chosen.advantage,
      importanceCorrection: given[choices.importanceCorrection.id] === undefined ? mode : chosen.importanceCorrection,
    }),
    ...(text === undefined ? {} : { objectiveText: text }),
    ...(given.entropy_coef === undefined ? {} : { entropyBonus: true }),
    ...(given.top_entropy_quantile === undefined ? {} : { topEntropy: true }),
    ...(given[offPolicyThreshold.id] === undefined ? {} : { offPolicyMask: true }),
  };
}

/**
 * Settings at their defaults or as given; one that follows another takes that one's value. UsageError for an unknown
 * setting or a value out of range.
 */
function numbersOf(algorithm: Algorithm, given: Given, whose: string): Record<string, number> {
  const settings = evaluationSettings(algorithm);
  const stepIds = allSettings(algorithm).flatMap(({ id }) => (ofStep.includes(id) ? [id] : []));
  for (const id of Object.keys(given)) {
    const known = [...settings.map((setting) => setting.id), ...ofEvaluation, ...stepIds];
    assert(known.includes(id), `settings.${id}: ${whose} has no such setting; it has ${known.join(', ')}`);
  }
  const acting = allSettings(algorithm).filter(({ id }) => ofStep.includes(id) && given[id] !== undefined);
  return Object.fromEntries(
    [...settings, ...acting].map(({ id, sameAs = id, default: fallback, min, max }) => {
      const value = given[id] ?? given[sameAs] ?? fallback;
      assert(typeof value === 'number', `settings.${id}: a number is needed, not ${JSON.stringify(value)}`);
      assert(value >= min && value <= max, `settings.${id}: ${min} to ${max} is allowed, not ${value}`);
      return [id, value];
    }),
  );
}

/**
 * The objective with the parts that the settings choose; `text` is a formula that replaces its loss. The critic's
 * loss is included if `values` and `returns` are given. UsageError names the setting; FormulaError says
 * where the text is wrong.
 */
export function requestedObjective(
  paper: Algorithm,
  { settings: given, arrays, rows, columns }: CheckedInput,
  text?: string,
): RequestedObjective {
  const choice = choiceOf(paper, given, text);
  const chosen = composed(paper, choice);
  const critic =
    chosen.advantage.needs === 'critic' &&
    arrays.values !== undefined &&
    (arrays.returns !== undefined || arrays.rewards !== undefined);
  const algorithm = critic ? withCritic(chosen) : chosen;
  const numeric = (id: string, fallback: number): number => {
    const value = given[id] ?? fallback;
    assert(typeof value === 'number', `settings.${id}: a number is needed, not ${JSON.stringify(value)}`);
    return value;
  };
  return {
    algorithm,
    settings: numbersOf(algorithm, given, text === undefined ? paper.id : `the text in the setting of ${paper.id}`),
    groupSize: numeric('num_generations', rows),
    maxCompletionLength: numeric('max_completion_length', columns),
    correction: choice.importanceCorrection !== undefined,
    masksFlatGroups: given[choices.zeroStdGroups.id] === 'masked',
  };
}
