/**
 * @file The input of an evaluation, checked: complaints name the field and the place.
 */
import type { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import { objectiveInputSchema } from './objectiveSchema.ts';

export type { ObjectiveInput } from './objectiveSchema.ts';

type Parsed = z.output<typeof objectiveInputSchema>;
/** Fields of log-probabilities over the whole vocabulary. */
export const distributionFields = ['logDistribution', 'refLogDistribution'] as const;
export type DistributionField = (typeof distributionFields)[number];
const facts = ['settings', 'groups', 'greedyRewards', 'baseRewards', 'rewardTerms', 'memory'] as const;
/** A field of one number a token. */
export type ArrayField = Exclude<keyof Parsed, (typeof facts)[number] | DistributionField>;
const isArrayField = (field: string): field is ArrayField =>
  ![...facts, ...distributionFields].some((other) => other === field);
export const arrayFields: readonly ArrayField[] = Object.keys(objectiveInputSchema.shape).filter(isArrayField);

export interface CheckedInput extends Pick<
  Parsed,
  'groups' | 'greedyRewards' | 'baseRewards' | 'rewardTerms' | 'memory'
> {
  /** B and T; T is at least 1, and a column that was not given is masked. */
  readonly rows: number;
  readonly columns: number;
  /** Tokens of each row as given. */
  readonly width: number;
  /** [B][T] of zeros and ones; completions whose reward is no number are masked whole. */
  readonly mask: readonly (readonly number[])[];
  /** Completions left out because their reward is no number. */
  readonly excluded: readonly boolean[];
  /** Reward of each completion, also of one that is masked whole: its group knows it; absent where none are given. */
  readonly completionRewards?: readonly number[] | undefined;
  /** [B][T] by field, 0 where masked, but for `expert`; log-probabilities may be -Infinity. */
  readonly arrays: Readonly<Partial<Record<ArrayField, readonly (readonly number[])[]>>>;
  /** The V numbers of each token one after the other, [B][T * V]; 0 where masked. */
  readonly distributions: Readonly<Partial<Record<DistributionField, readonly (readonly number[])[]>>>;
  readonly settings: Readonly<Record<string, number | string>>;
}

function parse(input: unknown): Parsed {
  const result = objectiveInputSchema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [field = 'input', ...at] = issue?.path.map(String) ?? [];
  throw new UsageError(
    `${field}${at.map((key) => (field === 'settings' ? `.${key}` : `[${key}]`)).join('')}: ${issue?.message ?? 'is not right'}`,
  );
}

/** The array as [B][T]; UsageError for another number of rows, or a row of another length. */
function shaped(field: ArrayField, array: readonly (number | number[])[], rows: number, width: number): number[][] {
  assert(array.length === rows, `${field}: ${array.length} rows where logp has ${rows}`);
  return array.map((given, b) => {
    if (typeof given === 'number') return Array<number>(width).fill(given);
    assert(given.length === width, `${field}[${b}]: ${given.length} numbers where logp[0] has ${width}`);
    return given;
  });
}

const logProbabilities: readonly ArrayField[] = ['logp', 'oldLogp', 'refLogp', 'samplerLogp', 'teacherLogp'];
/** Where only 0 and 1 mean something. */
const marks: readonly ArrayField[] = ['mask', 'expert', 'chosen', 'rejected', 'truncated'];

/** UsageError for a number that the field cannot hold. */
function checkCell(field: ArrayField, value: number, b: number, t: number): void {
  const wrong = (why: string) => `${field}[${b}][${t}]: ${why}`;
  if (field === 'rewards') return;
  assert(!Number.isNaN(value), wrong('not a number'));
  assert(
    value !== Infinity && (value !== -Infinity || logProbabilities.includes(field)),
    wrong(`${value} is not a finite number`),
  );
  assert(!marks.includes(field) || value === 0 || value === 1, wrong(`0 or 1 is needed, not ${value}`));
}

/** The number at the last token of the mask; where all are masked, the last of the row. */
const lastOf = (values: readonly number[], mask: readonly number[]): number | undefined =>
  mask.includes(1) ? values[mask.lastIndexOf(1)] : values.at(-1);

/** Ones where a token counts: where the mask has them and the completion's reward, if any is given, is a number. */
function effectiveMask(
  given: readonly (readonly number[])[],
  rewards: readonly (readonly number[])[] | undefined,
): { mask: number[][]; excluded: boolean[] } {
  given.forEach((row, b) => row.forEach((value, t) => checkCell('mask', value, b, t)));
  const excluded = given.map(
    (row, b) =>
      rewards !== undefined &&
      (row.some((m, t) => m === 1 && !Number.isFinite(rewards[b]?.[t])) ||
        !Number.isFinite(lastOf(rewards[b] ?? [], row) ?? 0)),
  );
  return { mask: given.map((row, b) => row.map((m) => (excluded[b] ? 0 : m))), excluded };
}

/** [B][T] with 0 where masked; a row without any column gets a masked one, which the graph needs. */
function checked(field: ArrayField, array: readonly (readonly number[])[], mask: readonly (readonly number[])[]) {
  return array.map((row, b) =>
    row.length === 0
      ? [0]
      : row.map((value, t) => {
          // A completion that is masked whole is still an expert's or not.
          if (mask[b]?.[t] !== 1) return field === 'expert' && value === 1 ? 1 : 0;
          checkCell(field, value, b, t);
          return value;
        }),
  );
}

/** [B][T * V]. UsageError for another shape than the first token's and the mask's. */
function flatDistribution(
  field: DistributionField,
  given: readonly (readonly (readonly number[])[])[],
  mask: readonly (readonly number[])[],
): number[][] {
  const vocabulary = given[0]?.[0]?.length ?? 0;
  assert(given.length === mask.length, `${field}: ${given.length} rows where logp has ${mask.length}`);
  return given.map((row, b) => {
    assert(row.length === mask[b]?.length, `${field}[${b}]: ${row.length} tokens where logp has ${mask[b]?.length}`);
    return row.flatMap((token, t) => {
      assert(
        token.length === vocabulary && vocabulary > 0,
        `${field}[${b}][${t}]: ${token.length} numbers where ${field}[0][0] has ${vocabulary}`,
      );
      return token.map((value, v) => {
        if (mask[b]?.[t] !== 1) return 0;
        assert(!Number.isNaN(value) && value < Infinity, `${field}[${b}][${t}][${v}]: ${value} is no log-probability`);
        return value;
      });
    });
  });
}

/** UsageError for facts of completions that are not one for each row, and for two vocabularies. */
function checkFacts({ groups, rewardTerms, logDistribution, refLogDistribution }: Parsed, rows: number): void {
  const [own, base] = [logDistribution, refLogDistribution].map((given) => given?.[0]?.[0]?.length);
  assert(
    own === undefined || base === undefined || own === base,
    `refLogDistribution[0][0]: ${base} numbers where logDistribution[0][0] has ${own}`,
  );
  assert(!groups || groups.length === rows, `groups: ${groups?.length} numbers where logp has ${rows} rows`);
  rewardTerms?.forEach(({ scores }, i) =>
    assert(scores.length === rows, `rewardTerms[${i}].scores: ${scores.length} numbers where logp has ${rows} rows`),
  );
}

/** Checks everything that does not depend on the objective. Throws UsageError. */
export function checkInput(input: unknown): CheckedInput {
  const parsed = parse(input);
  const {
    settings = {},
    groups,
    greedyRewards,
    baseRewards,
    rewardTerms,
    memory,
    logDistribution,
    refLogDistribution,
    ...given
  } = parsed;
  const rows = given.logp.length;
  const width = given.logp[0]?.length ?? 0;
  assert(rows > 0, 'logp: at least one row is needed');
  checkFacts(parsed, rows);
  const arrays = Object.entries(given).flatMap(([name, array]) => {
    const field = name as ArrayField;
    return array ? [[field, shaped(field, array, rows, width)] as const] : [];
  });
  const { mask: givenMask = given.logp.map((row) => row.map(() => 1)), rewards } = Object.fromEntries(arrays);
  const { mask, excluded } = effectiveMask(givenMask, rewards);
  const flat = (field: DistributionField, array: typeof logDistribution) =>
    array ? { [field]: flatDistribution(field, array, mask) } : {};
  return {
    rows,
    columns: Math.max(1, width),
    width,
    mask: width > 0 ? mask : mask.map(() => [0]),
    excluded,
    completionRewards: rewards?.map((row, b) => lastOf(row, givenMask[b] as number[]) ?? 0),
    arrays: Object.fromEntries(arrays.map(([field, array]) => [field, checked(field, array, mask)])),
    distributions: { ...flat('logDistribution', logDistribution), ...flat('refLogDistribution', refLogDistribution) },
    settings,
    groups,
    greedyRewards,
    baseRewards,
    rewardTerms,
    memory,
  };
}
