/** @file How a link writes reward terms of its sender. */
import { type OwnTerm, ownTermSchema, termIdSchema, type TermShaping } from '../rl/rewards/composition.ts';

/** A term that came by a link: not part of the reward, and not run, until a person has seen it and says so. */
export interface OfferedTerm {
  readonly own: OwnTerm;
  readonly weight?: number;
  readonly shaping?: TermShaping;
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
