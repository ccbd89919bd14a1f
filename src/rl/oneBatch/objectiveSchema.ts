/** @file The schema of an evaluation's input: plain arrays from outside, and settings by name. */
import { z } from '../../lib/zod.ts';

/** How numbers that JSON cannot write are spelled. */
const spelled: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['inf', Infinity],
  ['-inf', -Infinity],
]);

/** A number, a truth value, null (no number), or a number that JSON cannot write; null for anything else. */
function numberFrom(value: unknown): number | null {
  if (value === null) return NaN;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : typeof value === 'string' ? (spelled.get(value) ?? null) : null;
}

const cell = z.unknown().transform((value, context): number => {
  const number = numberFrom(value);
  if (number !== null) return number;
  context.addIssue({ code: 'custom', message: `a number is needed, not ${JSON.stringify(value)}` });
  return z.NEVER;
});
const row = z.array(cell, 'a row of numbers is needed');
const perToken = z.array(row, 'rows of numbers, [B][T], are needed');
const perVocabulary = z.array(
  z.array(row, 'rows of numbers are needed'),
  'rows of distributions, [B][T][V], are needed',
);
/** One for each token or, for each completion, one that stands for all of its tokens. */
const perRow = z.array(z.unknown(), 'numbers, [B] or [B][T], are needed').pipe(
  z.array(
    z.unknown().transform((value, context): number | number[] => {
      const result = Array.isArray(value) ? row.safeParse(value) : cell.safeParse(value);
      if (result.success) return result.data;
      result.error.issues.forEach(({ path, message }) =>
        context.addIssue({ code: 'custom', path: [...path], message }),
      );
      return z.NEVER;
    }),
  ),
);

/**
 * Arrays are [B][T]: B completions, T tokens each, those behind a completion's end masked; [B] where one number serves
 * a completion.
 */
export const objectiveInputSchema = z.strictObject({
  logp: perToken,
  oldLogp: perToken.optional(),
  refLogp: perToken.optional(),
  samplerLogp: perToken.optional(),
  /** log p of each token under a teacher, for distillation. */
  teacherLogp: perToken.optional(),
  mask: perToken.optional(),
  advantages: perRow.optional(),
  rewards: perRow.optional(),
  entropy: perToken.optional(),
  values: perToken.optional(),
  oldValues: perToken.optional(),
  returns: perToken.optional(),
  /** 1 for a completion that was cut off; the critic's value after its last token. Read with `bootstrap_truncated`. */
  truncated: perRow.optional(),
  endValues: perRow.optional(),
  /** Part of a completion's reward that a token earned, for advantages by steps. */
  tokenRewards: perToken.optional(),
  /** log p of every token of the vocabulary, [B][T][V], for exact divergences. */
  logDistribution: perVocabulary.optional(),
  refLogDistribution: perVocabulary.optional(),
  /** Group id of each completion, [B], instead of groups of `num_generations` neighbours. */
  groups: z.array(z.int(), 'whole numbers, [B], are needed').optional(),
  /** Reward of the greedy completion of each group's prompt. */
  greedyRewards: row.optional(),
  /** Rewards of the base's completions of each group's prompt. */
  baseRewards: z.array(row, 'rows of rewards, one for each group, are needed').optional(),
  /** Reward terms with their weights, scores being [B]. */
  rewardTerms: z.array(z.strictObject({ weight: z.number(), scores: row }), 'terms are needed').optional(),
  /** Numbers that an estimator carries from step to step, by name. */
  memory: z.record(z.string(), z.number(), 'numbers by name are needed').optional(),
  /** 1 for a completion that an expert wrote. */
  expert: perRow.optional(),
  /** 1 for the preferred completion of a pair; the k-th such one is paired with the k-th rejected one. */
  chosen: perRow.optional(),
  rejected: perRow.optional(),
  /** Numbers and, for parts that are chosen by name, words. */
  settings: z
    .record(
      z.string(),
      z.union([z.number(), z.string(), z.boolean().transform(Number)], 'a number or a word is needed'),
    )
    .optional(),
});

/** As it may be written by hand or by another program. */
export type ObjectiveInput = z.input<typeof objectiveInputSchema>;
