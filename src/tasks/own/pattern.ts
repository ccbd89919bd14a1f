/** @file A checker by a regular expression; patterns that may take exponential time are refused. */
import { assert, UsageError } from '../../lib/assert.ts';
import { type Checker, comparing, ROOM } from './checker.ts';

export const REGEX = 'regex:';
const LONGEST_PATTERN = 300;

/** A choice or a repetition; a fixed count as in `\d{3}` matches in one way alone. */
const VARIABLE = /^(?:[*+|]|\{\d+,\d*\})/;

/**
 * Why the pattern may take exponential time, or null: a repeated group that itself repeats or chooses, and references
 * back to a group.
 */
function slowness(pattern: string): string | null {
  const bare = pattern.replaceAll(/\\[^\dk]/g, 'x').replaceAll(/\[(?:\\.|[^\]])*\]/g, 'x');
  if (/\\[1-9k]/.test(bare)) return 'a reference back to a group can take for ever';
  const open: { repeats: boolean }[] = [{ repeats: false }];
  for (let i = 0; i < bare.length; i++) {
    const character = bare.charAt(i);
    const top = open.at(-1) as { repeats: boolean };
    if (character === '(') open.push({ repeats: false });
    else if (character === ')') {
      if (open.length > 1) open.pop();
      const isRepeated = /^(?:[*+]|\{\d+,?\d*\})/.test(bare.slice(i + 1));
      if (top.repeats && isRepeated) return 'a repeated group that repeats or chooses inside can take for ever';
      if (top.repeats || isRepeated) (open.at(-1) as { repeats: boolean }).repeats = true;
    } else if (VARIABLE.test(bare.slice(i))) top.repeats = true;
    else if (character === '?' && /[^(*+?}]$/.test(bare.slice(0, i))) top.repeats = true;
  }
  return null;
}

/** The pattern without escapes of characters that need none, as Python and Perl allow them: `\=` is `=`. */
function withoutNeedless(pattern: string): string {
  const plain = (inClass: boolean) => (escape: string) =>
    /^\\[\s"#%&',:;<=>@_`~!]/.test(escape) || (!inClass && escape === '\\-') ? escape.slice(1) : escape;
  return pattern.replaceAll(/\[(?:\\.|[^\]])*\]|\\./gs, (part) =>
    part.startsWith('[') ? part.replaceAll(/\\./gs, plain(true)) : plain(false)(part),
  );
}

/** The checker of a pattern. UsageError if it is no regular expression, too long, or possibly endless. */
export function regexChecker(pattern: string): Checker {
  assert(
    pattern !== '' && pattern.length <= LONGEST_PATTERN,
    `${REGEX} a pattern of 1 to ${LONGEST_PATTERN} characters is needed`,
  );
  let expression: RegExp;
  try {
    expression = new RegExp(withoutNeedless(pattern), 'gu');
  } catch (cause) {
    throw new UsageError(`${REGEX} ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const slow = slowness(pattern);
  assert(slow === null, `${REGEX} ${slow}`);
  return {
    id: 'regex',
    parameter: pattern,
    summary: `the last match of ${pattern}, or its first group if it has one, is the answer`,
    room: ROOM,
    problem: () => null,
    check: comparing((completion) => {
      const match = [...completion.matchAll(expression)].at(-1);
      return match ? (match[1] ?? match[0]).trim() : null;
    }),
  };
}
