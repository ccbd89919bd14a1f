/**
 * @file A task as one JSON file: a checker, and rows or a template of prompt and answer. Data only: a template holds
 * names and arithmetic, never code.
 */
import { UsageError } from '../../lib/assert.ts';
import { parseJson } from '../../lib/jsonError.ts';
import { jsonPlace } from '../../lib/jsonPlace.ts';
import { random } from '../../lib/random.ts';
import { z } from '../../lib/zod.ts';
import { evaluateExpression } from '../expression.ts';
import type { Found } from './lines.ts';
import type { Place } from './row.ts';

/** Value of `format` in a task file. */
const TASK_FORMAT = 'rollout-task';
/** Most problems that a template is unfolded into. */
const MOST_PROBLEMS = 20_000;

const variable = z.union(
  [
    z
      .strictObject({ from: z.int().min(0).max(9999), to: z.int().min(0).max(9999) })
      .refine(({ from, to }) => from <= to, 'from must not be above to'),
    z.array(z.union([z.string().min(1), z.int().min(0).max(9999)])).min(1),
  ],
  'a range {"from", "to"} of whole numbers from 0 to 9999, or a list of texts or numbers, is needed',
);

const textNeeded = 'text is needed';

const templateSchema = z.strictObject(
  {
    prompt: z.string(textNeeded).min(1, 'must not be empty').max(2000),
    answer: z.string(textNeeded).min(1, 'must not be empty').max(2000),
    variables: z.record(
      z.string().regex(/^[a-z][a-z0-9_]{0,20}$/i, 'a name is a word of letters'),
      variable,
      'an object of variables by name is needed',
    ),
  },
  'prompt, answer and variables are needed, and nothing else',
);

const taskFileSchema = z
  .strictObject({
    format: z.literal(TASK_FORMAT),
    version: z.literal(1, 'this page reads version 1'),
    title: z.string(textNeeded).min(1, 'must not be empty').max(80, 'at most 80 characters'),
    summary: z.string(textNeeded).max(300, 'at most 300 characters').optional(),
    checker: z.string('one of the checkers by name is needed').max(300),
    rows: z.array(z.unknown(), 'a list of rows is needed').min(1, 'must not be empty').optional(),
    template: templateSchema.optional(),
  })
  .refine(
    ({ rows, template }) => (rows === undefined) !== (template === undefined),
    'rows or template: one of them is needed',
  );

export type TaskFile = z.infer<typeof taskFileSchema>;
type Template = z.infer<typeof templateSchema>;
type Values = Readonly<Record<string, string | number>>;

/** Whether the text is a task file, whole or not: an object that names the format, which no line of a row does. */
export const isTaskFile = (text: string): boolean => /^\s*\{/.test(text) && /"format"\s*:\s*"rollout-task"/.test(text);

/** The task file in a text. UsageError that names the field. */
export function readTaskFile(text: string): TaskFile {
  const result = taskFileSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  const why = issue?.message ?? 'is not right';
  throw new UsageError(`${jsonPlace(text, issue?.path ?? [])}: ${path === '' ? '' : `${path}: `}${why}`);
}

/** The text of `{...}`: a variable, or arithmetic over variables; null if its value is no whole number. */
function filled(inner: string, values: Values, place: Place): string | null {
  const name = inner.trim();
  if (Object.hasOwn(values, name)) return String(values[name]);
  const expression = name.replaceAll(/[a-z][a-z0-9_]*/gi, (word) => {
    const value = Object.hasOwn(values, word) ? values[word] : undefined;
    if (value === undefined) throw new UsageError(`${place()}: {${inner}}: there is no variable ${word}`);
    return String(value);
  });
  const evaluation = evaluateExpression(expression.replaceAll(' ', ''));
  if (!evaluation)
    throw new UsageError(`${place()}: {${inner}}: names of variables, whole numbers, + - * / and ( ) are allowed`);
  return evaluation.value?.denominator === 1 ? String(evaluation.value.numerator) : null;
}

/** The text with all braces filled; null if one of them has no whole value. */
function unfolded(text: string, values: Values, place: Place): string | null {
  let whole = true;
  const made = text.replaceAll(/\{([^{}]*)\}/g, (_, inner: string) => {
    const value = filled(inner, values, place);
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? made : null;
}

const sizeOf = (range: z.infer<typeof variable>): number =>
  Array.isArray(range) ? range.length : range.to - range.from + 1;
const itemOf = (range: z.infer<typeof variable>, index: number): string | number =>
  Array.isArray(range) ? (range[index] as string | number) : range.from + index;

/** All combinations of the variables, or as many different ones as are allowed, drawn by a fixed key. */
function* combinations({ variables }: Template): Generator<Values> {
  const names = Object.keys(variables);
  const sizes = names.map((name) => sizeOf(variables[name] as z.infer<typeof variable>));
  const count = sizes.reduce((product, size) => product * size, 1);
  const valuesAt = (indices: readonly number[]): Values =>
    Object.fromEntries(
      names.map((name, i) => [name, itemOf(variables[name] as z.infer<typeof variable>, indices[i] as number)]),
    );
  for (let i = 0; i < Math.min(count, MOST_PROBLEMS); i++) {
    const stream = random('template', i);
    let rest = i;
    yield valuesAt(
      sizes.map((size) => {
        if (count > MOST_PROBLEMS) return stream.integer(0, size - 1);
        const index = rest % size;
        rest = Math.floor(rest / size);
        return index;
      }),
    );
  }
}

/** Problems of the template; combinations without a whole value and repeated prompts are left out. */
function* templateRows(template: Template, text: string): Generator<Found> {
  const place: Place = (field) => `${jsonPlace(text, ['template', ...(field === undefined ? [] : [field])])}: template`;
  const seen = new Set<string>();
  let line = 0;
  for (const values of combinations(template)) {
    const [prompt, answer] = (['prompt', 'answer'] as const).map((field) =>
      unfolded(template[field], values, () => `${place(field)}.${field}`),
    ) as [string | null, string | null];
    if (prompt === null || answer === null || seen.has(prompt)) continue;
    seen.add(prompt);
    line++;
    yield { value: { ...values, prompt, answer }, line, place };
  }
}

/** Rows of the task file in a text, in their order. UsageError that names the row or the part of the template. */
export function* taskFileRows({ rows, template }: TaskFile, text: string): Generator<Found> {
  if (template) yield* templateRows(template, text);
  for (const [index, value] of (rows ?? []).entries()) {
    const place: Place = (field) =>
      `${jsonPlace(text, ['rows', index, ...(field === undefined ? [] : [field])])}: rows, entry ${index + 1}`;
    yield { value, line: index + 1, place };
  }
}
