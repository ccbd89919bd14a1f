/** @file A lesson as one JSON file, and the same file packed into a word of an address. */
import { UsageError } from '../lib/assert.ts';
import { parseJson } from '../lib/jsonError.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { z } from '../lib/zod.ts';
import { lessonDataSchema } from './data.ts';
import { LESSON_FORMAT, PACKED } from './list.ts';

/** Largest file, in characters. */
export const LARGEST_LESSON = 100_000;
/** Longest word: addresses of some 8 000 characters are passed on by chat and mail. */
const LONGEST_WORD = 6_000;

const headSchema = z.object({
  format: z.literal(LESSON_FORMAT, `must be "${LESSON_FORMAT}"`),
  version: z.literal(1, 'this page reads version 1'),
  author: z.string('text is needed').min(1, 'must not be empty').max(80, 'at most 80 characters').optional(),
});

/** A sentence on settings that no run can have; null where a run can. */
export type SettingsProblem = (settings: string) => string | null;

export interface LessonFile {
  /** `own-` and the beginning of the SHA-256 of `text`. */
  readonly id: string;
  /** The file without spaces, as it is kept and packed. */
  readonly text: string;
  readonly author: string | null;
  readonly data: z.infer<typeof lessonDataSchema>;
}

/** A path of zod as JavaScript writes it: `steps[1].choices[0].label`. */
const written = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('');

/** The result of a check. UsageError with the path of the first issue in the file. */
function checked<T>({ error, data }: z.ZodSafeParseResult<T>): T {
  if (!error) return data;
  const [issue] = error.issues;
  const path = written(issue?.path ?? []);
  throw new UsageError(`${path === '' ? '' : `${path}: `}${issue?.message ?? 'is not right'}`);
}

/** The lesson in a text. UsageError that names the field in the file, or line and column where it is no JSON. */
export function readLessonFile(text: string, problemOf: SettingsProblem): LessonFile {
  if (text.length > LARGEST_LESSON)
    throw new UsageError(`it has ${text.length} characters; a lesson has at most ${LARGEST_LESSON}`);
  const value = parseJson(text);
  const { author = null } = checked(headSchema.safeParse(value));
  const { format: _format, version: _version, author: _author, ...rest } = value as Record<string, unknown>;
  const data = checked(lessonDataSchema.safeParse(rest));
  data.steps.forEach((step, at) => {
    const problem = step.kind === 'run' ? problemOf(step.settings) : null;
    if (problem !== null) throw new UsageError(`steps[${at}].settings: ${problem}`);
  });
  const canonical = JSON.stringify(value);
  const id = `own-${sha256Hex(new TextEncoder().encode(canonical)).slice(0, 16)}`;
  return { id, text: canonical, author, data };
}

async function through(bytes: Uint8Array<ArrayBuffer>, by: GenericTransformStream, most: number): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(by).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += (value as Uint8Array).length;
    // A small word can unfold into any size.
    if (size > most) {
      await reader.cancel();
      throw new UsageError(`lesson: it unfolds into more than ${most} bytes`);
    }
    parts.push(value as Uint8Array);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The text compressed (DEFLATE, RFC 1951) in base64url; null if it is too long for an address. */
export async function packed(text: string): Promise<string | null> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'), LARGEST_LESSON * 4);
  const word = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  return word.length > LONGEST_WORD ? null : `${PACKED}${word}`;
}

/** The text of such a word. UsageError if it is damaged. */
export async function unpacked(word: string): Promise<string> {
  try {
    const plain = word.slice(PACKED.length).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
    const text = await through(bytes, new DecompressionStream('deflate-raw'), LARGEST_LESSON * 4);
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('lesson: the link is not whole', { cause });
  }
}
