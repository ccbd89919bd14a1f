/** @file A problem of a data file: the columns that are recognised, and an error that names place and field. */
import { UsageError } from '../../lib/assert.ts';
import { z } from '../../lib/zod.ts';

/** Largest difficulty, which is that of the setting. */
export const HARDEST = 12;

/** A turn of a chat, as in TRL's conversational format. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Names of the splits in a file. */
export type NamedSplit = 'train' | 'validation' | 'test';

/** Recognised forms: TRL's prompt column; question and answer, GSM8K's with its `####`, Reasoning Gym's with metadata. */
export type RowForm = 'prompt' | 'question' | 'gsm8k' | 'reasoning-gym';

export interface OwnRow {
  /** Line of the file, or the count of the row where a file has no lines; from 1. */
  readonly line: number;
  /** Text that a policy without a chat template reads. */
  readonly prompt: string;
  /** Present if the file gives the prompt as a chat. */
  readonly messages?: readonly Message[];
  readonly answer: string;
  /** A whole right completion, where the file has more than the answer: GSM8K's working. */
  readonly solution?: string;
  readonly split?: NamedSplit;
  readonly difficulty: number;
  /** All columns of the file, by name. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** The row as a checker in code reads it: its columns, with the answer as it is read. */
export const codeRow = ({
  columns,
  answer,
}: Pick<OwnRow, 'answer' | 'columns'>): Readonly<Record<string, unknown>> => ({
  ...columns,
  answer,
});

/** Where a row stands: a phrase for messages, of the whole row or of one of its fields. */
export type Place = (field?: string) => string;

const message = z.looseObject({
  role: z.enum(['system', 'user', 'assistant'], 'one of system, user, assistant is needed'),
  content: z.string('text is needed'),
});

const prompt = z.union(
  [
    z.string().min(1, 'must not be empty'),
    z
      .array(message)
      .min(1, 'must not be empty')
      .refine((messages) => messages.some(({ content }) => content !== ''), 'must not be empty')
      .refine((messages) => messages.at(-1)?.role !== 'assistant', 'the last message must not be of the assistant'),
  ],
  { error: (issue) => deepest(issue) ?? 'text or a list of messages {"role", "content"} is needed' },
);

/** The message of the branch of a union that understood the value, with its path. */
function deepest(issue: { readonly errors?: readonly (readonly z.core.$ZodRawIssue[] | readonly unknown[])[] }) {
  const issues = (issue.errors ?? []).flat() as {
    readonly code?: string;
    readonly path?: readonly PropertyKey[];
    readonly message?: string;
  }[];
  const found = issues.find(({ path = [], code }) => path.length > 0 || code !== 'invalid_type');
  return found && [found.path?.join('.'), found.message].filter(Boolean).join(': ');
}

const rowSchema = z.looseObject({
  prompt,
  answer: z
    .union([z.string(), z.number(), z.boolean()], 'text or a number is needed')
    .refine(
      (answer) => !Number.isInteger(answer) || Number.isSafeInteger(answer),
      'a number of more than 15 digits is not read exactly; write it as text, in quotes',
    )
    .transform((answer) => String(answer).trim())
    .refine((answer) => answer !== '', 'must not be empty'),
  split: z.enum(['train', 'validation', 'test'], 'one of train, validation, test is needed').nullish(),
  difficulty: z.int('a whole number is needed').min(1, 'at least 1').max(HARDEST, `at most ${HARDEST}`).nullish(),
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The mark before the final answer of GSM8K (arXiv 2110.14168). */
export const ANSWER_MARK = '####';

/** The number after GSM8K's mark, without the commas that group its digits. */
const afterMark = (answer: string): string =>
  answer
    .slice(answer.lastIndexOf(ANSWER_MARK) + ANSWER_MARK.length)
    .trim()
    .replaceAll(/(?<=\d),(?=\d{3})/g, '');

/** The columns with metadata as an object where they hold its JSON, as Reasoning Gym's data sets do. */
function withMetadata(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof value.metadata !== 'string' || !/^\s*\{/.test(value.metadata)) return value;
  try {
    return { ...value, metadata: JSON.parse(value.metadata) as unknown };
  } catch {
    return value;
  }
}

const formOf = (value: Readonly<Record<string, unknown>>): RowForm =>
  value.prompt !== undefined || value.question === undefined
    ? 'prompt'
    : isRecord(value.metadata)
      ? 'reasoning-gym'
      : typeof value.answer === 'string' && value.answer.includes(ANSWER_MARK)
        ? 'gsm8k'
        : 'question';

/** Text of a chat for a policy without a template: the contents, one a line. */
const textOfChat = (messages: readonly Message[]): string => messages.map(({ content }) => content).join('\n');

const MOST_NAMED = 8;

/** Why a field is refused that the row does not have, with the columns that it has. */
const missing = (value: object): string => {
  const names = Object.keys(value)
    .slice(0, MOST_NAMED)
    .map((name) => JSON.stringify(name.slice(0, 40)));
  return `is missing; the columns are ${names.join(', ') || 'none'}`;
};

/** A row from the columns of a file. UsageError that names place and field. */
export function readRow(found: unknown, line: number, place: Place): { readonly row: OwnRow; readonly form: RowForm } {
  if (!isRecord(found)) throw new UsageError(`${place()}: fields: an object {"prompt", "answer"} is needed`);
  const value = withMetadata(found);
  const form = formOf(value);
  const named = form === 'prompt' ? value : { ...value, prompt: value.question };
  const result = rowSchema.safeParse(named);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = issue?.path.map((key) => (key === 'prompt' && form !== 'prompt' ? 'question' : String(key))) ?? [];
    const why = path.length === 1 && !((issue?.path[0] as string) in named) ? missing(value) : issue?.message;
    throw new UsageError(`${place(path[0])}: ${path.join('.') || 'fields'}: ${why ?? 'is not right'}`);
  }
  const { prompt: asked, answer, split, difficulty } = result.data;
  const final = form === 'gsm8k' ? afterMark(answer) : answer;
  if (final === '') throw new UsageError(`${place('answer')}: answer: nothing follows ${ANSWER_MARK}`);
  return {
    form,
    row: {
      line,
      prompt: typeof asked === 'string' ? asked : textOfChat(asked),
      ...(typeof asked === 'string' ? {} : { messages: asked.map(({ role, content }) => ({ role, content })) }),
      answer: final,
      ...(final === answer ? {} : { solution: answer }),
      ...(split ? { split } : {}),
      difficulty: difficulty ?? 1,
      columns: value,
    },
  };
}
