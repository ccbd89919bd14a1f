/**
 * @file Composition of a reward, as a configuration and an address hold it: shaping of each term's score, and terms
 * written by the user.
 */
import { z } from '../../lib/zod.ts';
import { UsageError } from '../../lib/assert.ts';
import type { NumberRange } from '../../lib/numberText.ts';
import type { Task } from '../../tasks/task.ts';
import { moveSchema, scheduleSteps } from '../words/schedule.ts';
import { sandboxLimits } from '../sandbox/rewardFunction.ts';
import { type SharedTermSettings, sharedTerms } from './sharedTerms.ts';

/** Ranges of a reward's numbers: weights, steps of a schedule, bounds of a score. */
export const rewardRanges = {
  weight: { min: -10, max: 10, integer: false },
  steps: scheduleSteps,
  bound: { min: -sandboxLimits.largestReward, max: sandboxLimits.largestReward, integer: false },
} satisfies Record<string, NumberRange>;

const { weight: ofWeight, bound: ofBound } = rewardRanges;
export const weightSchema = z
  .number({ error: 'weight: a number is needed' })
  .min(ofWeight.min, `weight: at least ${ofWeight.min}`)
  .max(ofWeight.max, `weight: at most ${ofWeight.max}`);
const bound = z
  .number({ error: 'clip: numbers are needed' })
  .min(ofBound.min, `clip: at least ${ofBound.min}`)
  .max(ofBound.max, `clip: at most ${ofBound.max}`);
/** From the term's weight at step 0 to `to` at step `steps`, constant afterwards. */
const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  moveSchema(weightSchema),
]);

export const termShapingSchema = z.strictObject({
  /** Bounds of the score; null for none. */
  clip: z
    .tuple([bound, bound])
    .refine(([low, high]) => low <= high, 'clip: the lower bound is above the upper one')
    .nullable(),
  /** Subtracts nothing, the mean over the completions of the same prompt, or the mean over the step. */
  centring: z.enum(['none', 'group', 'batch']),
  schedule: scheduleSchema,
  /** Sets the score of wrong completions to 0. */
  onlyWhenCorrect: z.boolean(),
});

/** Steps from score to reward, in this order: clip, gate, centre, weigh. */
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
  /** A failure ends the run with its message, or leaves the completion without reward and out of the update. */
  onFailure: z.enum(['stop', 'exclude']),
});
export type OwnTerm = z.infer<typeof ownTermSchema>;

/** Id of a term, part of addresses, metric names and files; not a property that every object has. */
export const termIdSchema = z
  .string()
  .regex(
    /^(?!constructor$)[a-z][a-z0-9_]{0,19}$/,
    'term: a small letter, then small letters, digits and _; 20 at most',
  );

/** A limit for the reader of the form, not of the code. */
export const MOST_OWN_TERMS = 8;

export const ownTermsSchema = z
  .record(termIdSchema, ownTermSchema)
  .refine((terms) => Object.keys(terms).length <= MOST_OWN_TERMS, `own terms: at most ${MOST_OWN_TERMS}`);

/** The reward's part of a configuration; records are by term id. */
export interface RewardSettings extends SharedTermSettings {
  /** Terms that are not named have their default weight; the user's have 1. */
  readonly rewardWeights: Readonly<Record<string, number>>;
  readonly rewardShaping: Readonly<Record<string, TermShaping>>;
  readonly ownTerms: Readonly<Record<string, OwnTerm>>;
}

/** Whether the reward is just the weighted sum of the task's own terms. */
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
  /** Present if the user wrote it. */
  readonly own?: OwnTerm;
  /** Present for a term that every task has: the score of a completion's token ids. */
  readonly shared?: (tokens: readonly number[]) => number;
}

/** Whether a term's weight differs from 0 at some step. */
export const counts = ({ weight, schedule }: Pick<ShapedTerm, 'weight' | 'schedule'>): boolean =>
  weight !== 0 || schedule.kind !== 'constant';

/**
 * The addends in order: the task's, the shared ones, the user's. A user's term hides a shared one of the same name, so
 * that runs kept from before shared terms existed do not change. UsageError that names a term that does not exist or
 * exists twice.
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

/** The addends to score: a shared term only if its weight differs from 0, the others always, since charts show them. */
export const scoredTerms = (task: Task, settings: RewardSettings): readonly ShapedTerm[] =>
  rewardTerms(task, settings).filter((term) => !term.shared || counts(term));
