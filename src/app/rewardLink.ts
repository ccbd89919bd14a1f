/** @file How a link writes the shaping of a reward term, and terms written by its sender. */
import { z } from '../lib/zod.ts';
import { type OwnTerm, ownTermSchema, plainShaping, termIdSchema, type TermShaping, termShapingSchema } from '../rl/rewards/composition.ts';
import { readNumber } from './linkNumber.ts';

/** A term that came by a link: not part of the reward, and not run, until a person has seen it and says so. */
export interface OfferedTerm {
  readonly own: OwnTerm;
  readonly weight?: number;
  readonly shaping?: TermShaping;
}

/** `clip:-1:1,right,centre:group,linear:0:100`: what differs from a plain term. */
export function writeShaping({ clip, centring, schedule, onlyWhenCorrect }: TermShaping): string {
  return [
    ...(clip ? [`clip:${clip.join(':')}`] : []),
    ...(onlyWhenCorrect ? ['right'] : []),
    ...(centring === 'none' ? [] : [`centre:${centring}`]),
    ...(schedule.kind === 'constant' ? [] : [`${schedule.kind}:${schedule.to}:${schedule.steps}`]),
  ].join(',');
}

/** What a word changes in a shaping, unchecked. */
function changeOf(name: string | undefined, first: string | undefined, second: string | undefined): object | null {
  switch (name) {
    case 'clip':
      return { clip: [readNumber(first), readNumber(second)] };
    case 'right':
      return { onlyWhenCorrect: true };
    case 'centre':
      return { centring: first };
    case 'linear':
    case 'cosine':
      return { schedule: { kind: name, to: readNumber(first), steps: readNumber(second) } };
    default:
      return null;
  }
}

/** The shaping that was written, or a sentence that says what is wrong with it. */
export function readShaping(words: string): TermShaping | string {
  let shaping: unknown = plainShaping;
  for (const word of words.split(',')) {
    const [name, first, second] = word.split(':');
    const change = changeOf(name, first, second);
    if (!change) return `there is no ${word}; known are clip, right, centre, linear and cosine`;
    shaping = { ...z.looseObject({}).parse(shaping), ...change };
  }
  const parsed = termShapingSchema.safeParse(shaping);
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? '');
}

const CODE = 'code.';
const EXCLUDE = 'exclude.';

/** Whether this word of a link belongs to a term that its sender wrote. */
export const isOwnTermKey = (key: string): boolean => key.startsWith(CODE) || key.startsWith(EXCLUDE);

/** The terms that a link brings, and what is wrong with others. */
export function readOffered(words: URLSearchParams): { readonly offered: Readonly<Record<string, OfferedTerm>>; readonly problems: readonly string[] } {
  const offered: Record<string, OfferedTerm> = {};
  const problems: string[] = [];
  for (const [key, code] of words) {
    if (!key.startsWith(CODE)) continue;
    const id = termIdSchema.safeParse(key.slice(CODE.length));
    const own = ownTermSchema.safeParse({ code, onFailure: words.get(`${EXCLUDE}${id.data}`) === '1' ? 'exclude' : 'stop' });
    if (id.success && own.success) offered[id.data] = { own: own.data };
    else problems.push(`${key}: ${(id.error ?? own.error)?.issues[0]?.message ?? ''}`);
  }
  return { offered, problems };
}

/** Writes a term into a link. */
export function writeOwnTerm(words: URLSearchParams, id: string, { code, onFailure }: OwnTerm): void {
  words.set(`${CODE}${id}`, code);
  if (onFailure === 'exclude') words.set(`${EXCLUDE}${id}`, '1');
}
