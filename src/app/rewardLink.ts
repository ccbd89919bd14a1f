/** @file Reward terms of the sender in a link. */
import {
  MOST_OWN_TERMS,
  type OwnTerm,
  ownTermSchema,
  termIdSchema,
  type TermShaping,
} from '../rl/rewards/composition.ts';
import { text } from '../ui/text.ts';

/** A term from a link: it does not run and is not part of the reward until the user has seen and accepted it. */
export interface OfferedTerm {
  readonly own: OwnTerm;
  readonly weight?: number;
  readonly shaping?: TermShaping;
}

const CODE = 'code.';
const EXCLUDE = 'exclude.';

/** Whether this word of a link belongs to a reward term of the sender. */
export const isOwnTermKey = (key: string): boolean => key.startsWith(CODE) || key.startsWith(EXCLUDE);

/** The valid terms of a link, and a sentence for each invalid one. */
export function readOffered(words: URLSearchParams): {
  readonly offered: Readonly<Record<string, OfferedTerm>>;
  readonly problems: readonly string[];
} {
  const offered: Record<string, OfferedTerm> = {};
  const problems: string[] = [];
  const tooMany: string[] = [];
  for (const [key, code] of words) {
    if (!key.startsWith(CODE)) continue;
    const id = termIdSchema.safeParse(key.slice(CODE.length));
    const own = ownTermSchema.safeParse({
      code,
      onFailure: words.get(`${EXCLUDE}${id.data}`) === '1' ? 'exclude' : 'stop',
    });
    const isFull = Object.keys(offered).length >= MOST_OWN_TERMS;
    if (id.success && own.success && isFull) tooMany.push(key);
    else if (id.success && own.success) offered[id.data] = { own: own.data };
    else problems.push(`${key}: ${(id.error ?? own.error)?.issues[0]?.message ?? ''}`);
  }
  if (tooMany.length > 0)
    problems.push(`${tooMany.join(', ')}: ${text.rewards.tooMany(MOST_OWN_TERMS).replace(/\.$/, '')}`);
  return { offered, problems };
}

/** Writes a term into a link. */
export function writeOwnTerm(words: URLSearchParams, id: string, { code, onFailure }: OwnTerm): void {
  words.set(`${CODE}${id}`, code);
  if (onFailure === 'exclude') words.set(`${EXCLUDE}${id}`, '1');
}
