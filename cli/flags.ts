/**
 * @file Flags of the commands: declared once as a table, read with Node's parseArgs, checked with zod; every error
 * names its flag.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../src/lib/assert.ts';
import { readPlainWithin } from '../src/lib/numberText.ts';

/** One `--name VALUE`, or a switch. */
export interface Flag<T> {
  /** Name on the command line, if it differs from the table's key. */
  readonly name?: string;
  readonly summary: string;
  /** Placeholder of the value in the help; null for a switch. */
  readonly placeholder: string | null;
  /** The text that an absent flag counts as; without one it reads as `absent`. */
  readonly fallback?: string;
  /** Note in the help instead of `fallback`, if that depends on the machine or is decided elsewhere. */
  readonly fallbackNote?: string;
  readonly required?: boolean;
  readonly absent: T;
  /** From text to value; `readFlags` adds the flag's name to messages. */
  readonly schema: z.ZodType<T>;
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends FlagTable> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

export interface Command<F extends FlagTable> {
  /** As in `npm run NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly flags: F;
}

interface NumberOptions {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A decimal number within bounds, from text. */
function numberSchema({ min = -Infinity, max = Infinity, integer = false }: NumberOptions): z.ZodType<number> {
  return z.string().transform((word, context) => {
    const value = readPlainWithin(word, { min, max, integer });
    if (typeof value === 'number') return value;
    context.addIssue({ code: 'custom', message: asClause(value) });
    return z.NEVER;
  });
}

/** A sentence as a clause: `At most 2.` -> `at most 2`. */
export const asClause = (sentence: string): string =>
  `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;

export const numeric = (summary: string, fallback: number, options: NumberOptions = {}): Flag<number> => ({
  summary,
  placeholder: options.integer ? 'N' : 'X',
  fallback: String(fallback),
  absent: fallback,
  schema: numberSchema(options),
});

/** An optional number; `fallbackNote` describes its absence. */
export const optionalNumber = (
  summary: string,
  fallbackNote: string,
  options: NumberOptions = {},
): Flag<number | undefined> => ({
  summary,
  placeholder: options.integer ? 'N' : 'X',
  fallbackNote,
  absent: undefined,
  schema: numberSchema(options),
});

/** One of the listed words, with a default. */
export const choice = <const W extends string>(
  summary: string,
  words: readonly W[],
  fallback: NoInfer<W>,
): Flag<W> => ({
  summary,
  placeholder: words.join('|'),
  fallback,
  absent: fallback,
  schema: z.enum(words as readonly [W, ...W[]], { error: `one of ${words.join(', ')} is needed` }),
});

const filled = z.string().min(1, 'must not be empty');

export const text = (summary: string, placeholder: string, fallback: string): Flag<string> => ({
  summary,
  placeholder,
  fallback,
  absent: fallback,
  schema: filled,
});

/** Required text; it may be empty if `schema` allows it. */
export const requiredText = (
  summary: string,
  placeholder: string,
  schema: z.ZodType<string> = filled,
): Flag<string> => ({ summary, placeholder, required: true, absent: '', schema });

export const optionalText = (
  summary: string,
  placeholder: string,
  fallbackNote?: string,
): Flag<string | undefined> => ({
  summary,
  placeholder,
  absent: undefined,
  schema: filled,
  ...(fallbackNote === undefined ? {} : { fallbackNote }),
});

export const toggle = (summary: string): Flag<boolean> => ({
  summary,
  placeholder: null,
  absent: false,
  schema: z.boolean(),
});

/** Thrown for `--help`; the message is the help. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked';
}

export const nameOf = ([key, flag]: readonly [string, Flag<unknown>]): string => flag.name ?? key;

/** The flags of a command with their defaults, one per line. */
function helpText({ name, summary, flags }: Command<FlagTable>): string {
  const left = (entry: readonly [string, Flag<unknown>]) =>
    `  --${nameOf(entry)}${entry[1].placeholder === null ? '' : ` ${entry[1].placeholder}`}`;
  const entries = Object.entries(flags);
  const width = Math.min(30, Math.max(...entries.map((entry) => left(entry).length)));
  const note = ({ required, fallback, fallbackNote }: Flag<unknown>) =>
    required
      ? ' (required)'
      : fallbackNote !== undefined
        ? ` (default: ${fallbackNote})`
        : fallback !== undefined
          ? ` (default ${fallback})`
          : '';
  const lines = entries.map((entry) => {
    const head = left(entry);
    return `${head.length > width ? `${head}\n${' '.repeat(width)}` : head.padEnd(width)}  ${entry[1].summary}${note(entry[1])}`;
  });
  return [`npm run ${name} -- [flags]`, '', summary, '', ...lines, `${'  --help'.padEnd(width)}  this text`].join('\n');
}

function rawValues(command: Command<FlagTable>, args: readonly string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(
    Object.entries(command.flags).map((entry) => [
      nameOf(entry),
      { type: entry[1].placeholder === null ? 'boolean' : 'string' } as const,
    ]),
  );
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean' } },
      strict: true,
      allowPositionals: false,
    });
    return values;
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
    // Node's message adds advice about positional arguments, which the commands do not have.
    throw new UsageError(
      `${message.replace(/\. To specify a positional argument.*$/, '')} (npm run ${command.name} -- --help lists the flags)`,
    );
  }
}

/** The checked values of a command line. Throws UsageError naming the flag, or HelpAsked. */
export function readFlags<const F extends FlagTable>(command: Command<F>, args: readonly string[]): FlagValues<F> {
  const raw = rawValues(command, args);
  if (raw.help) throw new HelpAsked(helpText(command));
  const entries = Object.entries(command.flags).map(([key, flag]) => {
    const name = nameOf([key, flag]);
    const written = raw[name];
    if (written === undefined) {
      if (flag.required) throw new UsageError(`--${name}: is needed (${flag.summary})`);
      return [key, flag.absent];
    }
    const result = flag.schema.safeParse(written);
    if (!result.success)
      throw new UsageError(
        `--${name}: ${result.error.issues.map(({ message }) => message).join('; ')}, not ${JSON.stringify(written)}`,
      );
    return [key, result.data];
  });
  return Object.fromEntries(entries) as FlagValues<F>;
}
