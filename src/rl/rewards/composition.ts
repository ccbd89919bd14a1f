/**
 * @file How a reward is put together, as a configuration and an address can hold it: what is done to each term's score,
 * and terms written by the user.
 */
import { z } from '../../lib/zod.ts';
import { UsageError } from '../../lib/assert.ts';
import type { NumberRange } from '../../lib/numberText.ts';
import type { Task } from '../../tasks/task.ts';
import { sandboxLimits } from '../sandbox/rewardFunction.ts';
import { type SharedTermSettings, sharedTerms } from './sharedTerms.ts';

/** What the numbers of a reward can be: weights, steps of a schedule, bounds of a score. */
export const rewardRanges = {
  weight: { min: -10, max: 10, integer: false },
  steps: { min: 1, max: 2000, integer: true },
  bound: { min: -sandboxLimits.largestReward, max: sandboxLimits.largestReward, integer: false },
} satisfies Record<string, NumberRange>;

const { weight: ofWeight, steps: ofSteps, bound: ofBound } = rewardRanges;
export const weightSchema = z
  .number({ error: 'weight: a number is needed' })
  .min(ofWeight.min, `weight: at least ${ofWeight.min}`)
  .max(ofWeight.max, `weight: at most ${ofWeight.max}`);
const bound = z
  .number({ error: 'clip: numbers are needed' })
  .min(ofBound.min, `clip: at least ${ofBound.min}`)
  .max(ofBound.max, `clip: at most ${ofBound.max}`);
const scheduleSteps = z
  .number({ error: 'schedule: a number of steps is needed' })
  .int('schedule: a whole number of steps is needed')
  .min(ofSteps.min, `schedule: at least ${ofSteps.min} step`)
  .max(ofSteps.max, `schedule: at most ${ofSteps.max} steps`);

/** From the term's weight at step 0 to `to` at step `steps`, and `to` from there on. */
const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.enum(['linear', 'cosine']), to: weightSchema, steps: scheduleSteps }),
]);

export const termShapingSchema = z.strictObject({
  /** Lowest and highest score that counts; null for no bound. */
  clip: z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, 'clip: the lower bound is above the upper one')
    .nullable(),
  /** What is subtracted: nothing, the mean over the completions of the same prompt, or over all of the step. */
  centring: z.enum(['none', 'group', 'batch']),
  schedule: scheduleSchema,
  /** Pays 0 to completions that the verifier refuses. */
  onlyWhenCorrect: z.boolean(),
});

/** What is done to a term's score, in this order: clip, gate, centre, weigh. */
export type TermShaping = z.infer<typeof termShapingSchema>;
export type WeightSchedule = TermShaping['schedule'];
export type Centring = TermShaping['centring'];

export const plainShaping: TermShaping = {
  clip: null,
  centring: 'none',
  schedule: { kind: 'constant' },
  onlyWhenCorrect: false,
};

export const ownTermSchema = z.strictObject({
  /**
   * JavaScript that defines `function reward({ prompt, completion, answer, correct, wellFormed, method, length, step
   * })`.
   */
  code: z.string().max(sandboxLimits.sourceLength, `code: at most ${sandboxLimits.sourceLength} characters`),
  /** A completion for which it fails ends the run with the message, or gets no reward and is left out of the update. */
  onFailure: z.enum(['stop', 'exclude']),
});
export type OwnTerm = z.infer<typeof ownTermSchema>;

/** The id of a term: a word of the address, of metrics' names and of files; none that every object has. */
export const termIdSchema = z
  .string()
  .regex(
    /^(?!constructor$)[a-z][a-z0-9_]{0,19}$/,
    'term: a small letter, then small letters, digits and _; 20 at most',
  );

/** More would not be a reward that a person understands. */
export const MOST_OWN_TERMS = 8;

export const ownTermsSchema = z
  .record(termIdSchema, ownTermSchema)
  .refine((terms) => Object.keys(terms).length <= MOST_OWN_TERMS, `own terms: at most ${MOST_OWN_TERMS}`);

/** The parts of a configuration that a reward is made of; all by the id of a term. */
export interface RewardSettings extends SharedTermSettings {
  /** A term of the task, or a shared one, that is not named has its default weight, an own term 1. */
  readonly rewardWeights: Readonly<Record<string, number>>;
  readonly rewardShaping: Readonly<Record<string, TermShaping>>;
  readonly ownTerms: Readonly<Record<string, OwnTerm>>;
}

/** Whether the reward is the weighted sum of the task's own terms and nothing else. */
export const isPlainSum = ({
  rewardShaping,
  rewardWeights,
  ownTerms,
}: Pick<RewardSettings, 'rewardShaping' | 'rewardWeights' | 'ownTerms'>): boolean =>
  Object.keys(rewardShaping).length === 0 &&
  Object.keys(ownTerms).length === 0 &&
  sharedTerms.every(({ id, defaultWeight }) => (rewardWeights[id] ?? defaultWeight) === 0);

/** One addend of the reward. */
export interface ShapedTerm extends TermShaping {
  readonly id: string;
  /** At step 0. */
  readonly weight: number;
  /** Present where the user wrote it. */
  readonly own?: OwnTerm;
  /** Present where every task has it: its score from the completion's token ids. */
  readonly shared?: (tokens: readonly number[]) => number;
}

/** Whether a term weighs anything at some step. */
export const counts = ({ weight, schedule }: Pick<ShapedTerm, 'weight' | 'schedule'>): boolean =>
  weight !== 0 || schedule.kind !== 'constant';

/**
 * The addends in order: the task's, the shared ones, the user's. A term of the user hides a shared one of its name, so
 * that a run that was kept before there were any stays what it was. UsageError that names a term which does not exist
 * or exists twice.
 */
export function rewardTerms(task: Task, settings: RewardSettings): readonly ShapedTerm[] {
  const { rewardWeights, rewardShaping, ownTerms } = settings;
  const shaped = (id: string, defaultWeight: number) => ({
    id,
    weight: rewardWeights[id] ?? defaultWeight,
    ...(rewardShaping[id] ?? plainShaping),
  });
  const terms: readonly ShapedTerm[] = [
    ...task.rewardTerms.map(({ id, defaultWeight }) => shaped(id, defaultWeight)),
    ...sharedTerms
      .filter(({ id }) => !Object.hasOwn(ownTerms, id))
      .map((term) => ({
        ...shaped(term.id, term.defaultWeight),
        shared: (tokens: readonly number[]) => term.score(tokens, settings),
      })),
    ...Object.entries(ownTerms).map(([id, own]) => ({ ...shaped(id, 1), own })),
  ];
  const ids = terms.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined)
    throw new UsageError(`reward term: the task ${task.id} has a term "${twice}" already; give yours another name`);
  const unknown = [...Object.keys(rewardWeights), ...Object.keys(rewardShaping)].find((id) => !ids.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`reward term: there is no "${unknown}"; the task ${task.id} has ${ids.join(', ')}`);
  return terms;
}

/**
 * The addends that completions are scored by: a shared term takes part only where it counts, the others always, to be
 * watched.
 */
export const scoredTerms = (task: Task, settings: RewardSettings): readonly ShapedTerm[] =>
  rewardTerms(task, settings).filter((term) => !term.shared || counts(term));
