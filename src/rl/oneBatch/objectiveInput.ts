/**
 * @file What an objective is evaluated on, as plain arrays from outside: checked, with complaints that name the field
 * and the place.
 */
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';

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

type Parsed = z.output<typeof objectiveInputSchema>;
export type ArrayField = Exclude<keyof Parsed, 'settings'>;

export interface CheckedInput {
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

const logProbabilities: readonly ArrayField[] = ['logp', 'oldLogp', 'refLogp', 'samplerLogp'];
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

/** Checks everything that does not depend on the objective. Throws UsageError. */
export function checkInput(input: unknown): CheckedInput {
  const { settings = {}, ...given } = parse(input);
  const rows = given.logp.length;
  const width = given.logp[0]?.length ?? 0;
  assert(rows > 0, 'logp: at least one row is needed');
  const arrays = new Map<ArrayField, number[][]>();
  for (const [field, array] of Object.entries(given) as [ArrayField, (number | number[])[] | undefined][]) {
    if (array) arrays.set(field, shaped(field, array, rows, width));
  }
  const givenMask = arrays.get('mask') ?? given.logp.map((row) => row.map(() => 1));
  const { mask, excluded } = effectiveMask(givenMask, arrays.get('rewards'));
  const completionRewards = arrays.get('rewards')?.map((row, b) => lastOf(row, givenMask[b] as number[]) ?? 0);
  // A row without any column still needs one for the graph: a masked one.
  const padded = (array: number[][]) => (width > 0 ? array : array.map(() => [0]));
  for (const [field, array] of arrays) {
    arrays.set(
      field,
      padded(
        array.map((row, b) =>
          row.map((value, t) => {
            // A completion that is masked whole is still an expert's or not.
            if (mask[b]?.[t] !== 1) return field === 'expert' && value === 1 ? 1 : 0;
            checkCell(field, value, b, t);
            return value;
          }),
        ),
      ),
    );
  }
  return {
    rows,
    columns: Math.max(1, width),
    width,
    mask: padded(mask),
    excluded,
    completionRewards,
    arrays: Object.fromEntries(arrays),
    settings,
  };
}
