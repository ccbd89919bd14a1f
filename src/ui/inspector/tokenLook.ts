/** @file A token as people read it: blanks, parts of characters and control tokens made visible, and in words. */
import { text } from '../text.ts';
import type { CompletionView } from '../types.ts';

const words = text.token;

export interface TokenLook {
  readonly shown: string;
  /** For screen readers, and as a hint. */
  readonly said: string;
  /** `bytes`: it has parts of characters; `control`: it is no text. */
  readonly kind: 'text' | 'bytes' | 'control';
}

/** Marks of blanks and their words. */
const blanks: Readonly<Record<string, readonly [mark: string, say: (count: number) => string]>> = {
  ' ': ['\u2423', words.spaces],
  '\n': ['\u23ce', words.lineBreaks],
  '\t': ['\u21e5', words.tabs],
  '\r': ['\u240d', words.returns],
};

/** More equal blanks are shown as one and their number. */
const MOST_BLANKS = 3;

const BYTES = /(?:<0x[0-9A-F]{2}>)+/g;
const PARTS = /(?:<0x[0-9A-F]{2}>)+|( |\n|\t|\r)\1*|[\p{C}\p{Z}]|^\p{M}|(?:(?!<0x[0-9A-F]{2}>)[^\p{C}\p{Z}])+/gu;

const hexOf = (bytes: string): string => bytes.replaceAll(/<0x|>$/g, '').replaceAll('>', ' ');

/** One part of a token: bytes, a run of one blank, a character without a form of its own, or other text. */
function partLook(part: string): Pick<TokenLook, 'shown' | 'said'> {
  if (part.startsWith('<0x')) return { shown: hexOf(part), said: words.bytes(hexOf(part)) };
  const blank = blanks[part.charAt(0)];
  if (blank) {
    const [mark, say] = blank;
    const count = part.length;
    return { shown: count > MOST_BLANKS ? `${mark}×${count}` : mark.repeat(count), said: say(count) };
  }
  if (/^\p{M}/u.test(part)) return { shown: `\u25cc${part}`, said: part };
  if (!/^[\p{C}\p{Z}]$/u.test(part)) return { shown: part, said: part };
  const code = `U+${(part.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return { shown: code, said: code };
}

/** The look of a token's text; `isControl` for tokens that end, pad or frame texts. */
export function tokenLook(token: string, isControl = false): TokenLook {
  if (isControl) return { shown: token, said: words.control(token), kind: 'control' };
  const parts = (token.match(PARTS) ?? []).map(partLook);
  return {
    shown: parts.map(({ shown }) => shown).join(''),
    said: parts.map(({ said }) => said).join(' ') || words.nothing,
    kind: token.search(BYTES) < 0 ? 'text' : 'bytes',
  };
}

/** The text that the parts of characters of a token give together with its neighbours'; null if none. */
function wholeCharacters(tokens: readonly string[], place: number): string | null {
  const hasBytes = (at: number): boolean => (tokens[at] ?? '').search(BYTES) >= 0;
  if (!hasBytes(place)) return null;
  let [first, last] = [place, place];
  while (hasBytes(first - 1)) first--;
  while (hasBytes(last + 1)) last++;
  const found =
    tokens
      .slice(first, last + 1)
      .join('')
      .match(BYTES) ?? [];
  try {
    const decode = (bytes: string): string =>
      new TextDecoder('utf-8', { fatal: true }).decode(
        Uint8Array.from(hexOf(bytes).split(' '), (byte) => Number.parseInt(byte, 16)),
      );
    return found.map(decode).join('');
  } catch {
    return null;
  }
}

/** The look of a completion's token: an end token as such, and parts of characters with the characters. */
export function lookIn(
  { tokens, control = [], terminated }: Pick<CompletionView, 'tokens' | 'control' | 'terminated'>,
  place: number,
): TokenLook {
  if (terminated && place === tokens.length - 1)
    return { shown: text.group.end, said: text.group.end, kind: 'control' };
  const look = tokenLook(tokens[place] ?? '', control.includes(place));
  const whole = look.kind === 'bytes' ? wholeCharacters(tokens, place) : null;
  return whole === null ? look : { ...look, said: words.partOf(look.said, tokenLook(whole).shown) };
}
