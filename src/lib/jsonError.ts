/** @file Where a text stops being JSON (RFC 8259): engines state the position in different words, or not at all. */

import { UsageError } from './assert.ts';

const TOKENS = {
  space: /[ \t\n\r]*/y,
  string: /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
  // The longest beginning of a string, so that the error is at the character that breaks it.
  begun: /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y,
  plain: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y,
} as const;

/** Position of the first character that no JSON text can have there, the text's length if it only ends too early. */
export function jsonErrorAt(text: string): number {
  let at = 0;
  /** The brackets that are open. */
  const open: ('[' | '{')[] = [];
  /** The part that may follow: a value, a key, or the end of a value. */
  let next: 'value' | 'first' | 'key' | 'firstKey' | 'end' = 'value';
  const eat = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  for (;;) {
    eat(TOKENS.space);
    const character = text[at];
    if (character === undefined) return at;
    if (next === 'end') {
      const closes = open.at(-1) === '[' ? ']' : '}';
      if (open.length === 0 || (character !== ',' && character !== closes)) return at;
      at++;
      if (character === ',') next = closes === ']' ? 'value' : 'key';
      else open.pop();
    } else if (next === 'key' || next === 'firstKey') {
      if (character === '}' && next === 'firstKey') {
        at++;
        open.pop();
        next = 'end';
      } else {
        if (!eat(TOKENS.string)) {
          eat(TOKENS.begun);
          return at;
        }
        eat(TOKENS.space);
        if (text[at] !== ':') return at;
        at++;
        next = 'value';
      }
    } else if (character === ']' && next === 'first') {
      at++;
      open.pop();
      next = 'end';
    } else if (character === '[' || character === '{') {
      at++;
      open.push(character);
      next = character === '[' ? 'first' : 'firstKey';
    } else if (eat(TOKENS.string) || eat(TOKENS.plain)) next = 'end';
    else {
      eat(TOKENS.begun);
      return at;
    }
  }
}

/** The value of a JSON text. UsageError with line and column if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, jsonErrorAt(text)).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw new UsageError(`${place}: it is not whole JSON`, { cause });
  }
}
