/**
 * @file Which objective an evaluation asks for: a paper by name, and settings that are numbers or choose one of its
 * parts by a word.
 */
import { assert, UsageError } from '../../lib/assert.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { type AlgorithmChoice, allSettings, composed } from '../algorithm/compose.ts';
import { algorithms } from '../papers/index.ts';
import { aggregationIds } from '../objectives/aggregation.ts';
import { withCritic } from '../objectives/critic.ts';
import { importanceCap, importanceModes } from '../objectives/importance.ts';
import { klEstimatorIds } from '../objectives/kl.ts';
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

/** Settings that choose a part, with their words. */
export const words: Readonly<Record<string, readonly string[]>> = {
  aggregation: aggregationIds,
  scale_rewards: Object.keys(scaled),
  kl_estimator: klEstimatorIds,
  kl_placement: ['loss', 'reward'],
  masked_completions: ['left_out', 'counted'],
  importance_sampling_mode: importanceModes,
};

/** Settings that bring a part along where they are given. */
export const optionalParts: readonly Setting[] = [entropyCoef, topEntropy, importanceCap, offPolicyThreshold];

/** Settings of an evaluation beside those of the objective. */
const ofEvaluation = [
  'num_generations',
  'max_completion_length',
  ...Object.keys(words),
  'advantage',
  ...optionalParts.map(({ id }) => id),
  'use_bias_correction_kl',
];

/** What a batch alone can be evaluated with. */
export const evaluationSettings = (algorithm: Algorithm): readonly Setting[] =>
  allSettings(algorithm).filter(({ loop }) => !loop);

type Given = CheckedInput['settings'];

function wordOf<W extends string>(given: Given, id: string, allowed: readonly W[]): W | undefined {
  const value = given[id];
  if (value === undefined) return undefined;
  const word = allowed.find((candidate) => candidate === value);
  assert(word, `settings.${id}: one of ${allowed.join(', ')} is allowed, not ${JSON.stringify(value)}`);
  return word;
}

function choiceOf(given: Given): Omit<AlgorithmChoice, 'id'> {
  const kl = wordOf(given, 'kl_estimator', klEstimatorIds);
  const placement = wordOf(given, 'kl_placement', ['loss', 'reward'] as const);
  const mode =
    wordOf(given, 'importance_sampling_mode', importanceModes) ??
    (given.importance_sampling_cap === undefined ? undefined : 'token_truncate');
  const biasCorrection = Number(given.use_bias_correction_kl ?? 0) > 0.5;
  const aggregation = wordOf(given, 'aggregation', aggregationIds);
  const scale = wordOf(given, 'scale_rewards', Object.keys(scaled));
  const advantage = scale === undefined ? given.advantage : scaled[scale];
  return {
    ...(kl || placement || biasCorrection
      ? {
          kl: {
            ...(kl ? { kl } : {}),
            ...(placement ? { placement } : {}),
            ...(biasCorrection ? { biasCorrection } : {}),
          },
        }
      : {}),
    ...(aggregation ? { aggregation } : {}),
    ...(wordOf(given, 'masked_completions', ['left_out', 'counted'] as const) === 'counted'
      ? { countsMasked: true }
      : {}),
    ...(mode ? { importanceCorrection: mode } : {}),
    ...(typeof advantage === 'string' ? { advantage } : {}),
    ...(given.entropy_coef === undefined ? {} : { entropyBonus: true }),
    ...(given.top_entropy_quantile === undefined ? {} : { topEntropy: true }),
    ...(given[offPolicyThreshold.id] === undefined ? {} : { offPolicyMask: true }),
  };
}

/**
 * Settings at their defaults or as given; one that follows another takes that one's value. UsageError for what is
 * unknown or out of range.
 */
function numbersOf(algorithm: Algorithm, given: Given, whose: string): Record<string, number> {
  const settings = evaluationSettings(algorithm);
  for (const id of Object.keys(given)) {
    const known = [...settings.map((setting) => setting.id), ...ofEvaluation];
    assert(known.includes(id), `settings.${id}: ${whose} has no such setting; it has ${known.join(', ')}`);
  }
  return Object.fromEntries(
    settings.map(({ id, sameAs = id, default: fallback, min, max }) => {
      const value = given[id] ?? given[sameAs] ?? fallback;
      assert(typeof value === 'number', `settings.${id}: a number is needed, not ${JSON.stringify(value)}`);
      assert(value >= min && value <= max, `settings.${id}: ${min} to ${max} is allowed, not ${value}`);
      return [id, value];
    }),
  );
}

/**
 * The objective with the parts that the settings choose; `text` is a formula that replaces its loss. A critic's loss is
 * part of it where values and what they should have been are known. UsageError names the setting; FormulaError says
 * where the text is wrong.
 */
export function requestedObjective(
  paper: Algorithm,
  { settings: given, arrays, rows, columns }: CheckedInput,
  text?: string,
): RequestedObjective {
  const choice = { ...choiceOf(given), ...(text === undefined ? {} : { objectiveText: text }) };
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
  };
}
