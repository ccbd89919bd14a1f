/** @file A regular expression of JavaScript, flag `u`, in the words of Python’s `re` with the flag `re.ASCII`. */

/** White space of `\s` and of `trim`, as the inside of a class; it reads the same in both languages. */
export const SPACES = '\\t\\n\\v\\f\\r \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff';

const UNIT = /^u([0-9a-fA-F]{4})/;

/** The escape after a backslash at the start of `rest`, and its length; null without a counterpart. */
function escaped(rest: string, isInClass: boolean): readonly [text: string, length: number] | null {
  const first = rest.charAt(0);
  if (first === 's') return [isInClass ? SPACES : `[${SPACES}]`, 1];
  if (first === 'S') return isInClass ? null : [`[^${SPACES}]`, 1];
  // In a class `\b` is the backspace in both.
  if ('dDwWbBtnrfv'.includes(first)) return [`\\${first}`, 1];
  if (first === '0') return ['\\x00', 1];
  if (first === 'x') return [`\\${rest.slice(0, 3)}`, 3];
  if (first === 'c') return [`\\x${(rest.charCodeAt(1) % 32).toString(16).padStart(2, '0')}`, 2];
  const [point, code = ''] = /^u\{([0-9a-fA-F]+)\}/.exec(rest) ?? [];
  if (point !== undefined) return [`\\U${code.padStart(8, '0')}`, point.length];
  const [unit, digits = ''] = UNIT.exec(rest) ?? [];
  if (unit !== undefined) return /^d[89a-f]/i.test(digits) ? null : [`\\${unit}`, unit.length];
  return /[a-z0-9]/i.test(first) ? null : [first === '/' ? '/' : `\\${first}`, 1];
}

/** The inside of a class up to its bracket: characters that Python reserves for sets are escaped. */
const classCharacter = (character: string): string => ('[&~|'.includes(character) ? `\\${character}` : character);

/** The opening of a group at the start of `rest`; null for one that Python lacks or limits. */
function opening(rest: string): readonly [text: string, length: number] | null {
  if (!rest.startsWith('(?')) return ['(', 1];
  const [plain] = /^\(\?[:=!]/.exec(rest) ?? [];
  if (plain !== undefined) return [plain, plain.length];
  const [behind] = /^\(\?<[=!](?=[^*+?{|()]*\))/.exec(rest) ?? [];
  if (behind !== undefined) return [behind, behind.length];
  // Names are not read.
  const [named] = /^\(\?<[^=!>]*>/.exec(rest) ?? [];
  return named === undefined ? null : ['(', named.length];
}

/** The pattern for Python; null if a part has no counterpart there, such as a property of Unicode. */
export function pythonPattern(pattern: string): string | null {
  let text = '';
  let isInClass = false;
  for (let at = 0; at < pattern.length;) {
    const [character, rest] = [pattern.charAt(at), pattern.slice(at)];
    let found: readonly [string, number] | null = [character, 1];
    if (character === '\\') {
      found = escaped(rest.slice(1), isInClass);
      if (found) found = [found[0], found[1] + 1];
    } else if (isInClass) {
      isInClass = character !== ']';
      found = [classCharacter(character), 1];
    } else if (rest.startsWith('[^]')) found = ['[\\x00-\\U0010ffff]', 3];
    else if (rest.startsWith('[]')) found = ['(?!)', 2];
    else if (character === '[') {
      isInClass = true;
      found = rest.startsWith('[^') ? ['[^', 2] : ['[', 1];
    } else if (character === '(') found = opening(rest);
    else if (character === '$') found = ['\\Z', 1];
    else if (character === '.') found = ['[^\\n\\r\\u2028\\u2029]', 1];
    if (!found) return null;
    text += found[0];
    at += found[1];
  }
  return text;
}
