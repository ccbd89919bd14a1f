/** @file Splits the text of a formula into tokens. */
import { refuseAt, type Span } from './problem.ts';
import { limits, operators } from './syntax.ts';

export interface Token extends Span {
  readonly kind: 'number' | 'name' | 'symbol' | 'newline' | 'end';
  readonly text: string;
}

/** Tried in this order at each place. */
const patterns: readonly { readonly kind: Token['kind'] | 'nothing'; readonly pattern: RegExp }[] = [
  { kind: 'nothing', pattern: /[ \t\r]+|#[^\n]*/y },
  { kind: 'newline', pattern: /\n/y },
  { kind: 'number', pattern: /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y },
  { kind: 'name', pattern: /[A-Za-z_]\w*/y },
  { kind: 'symbol', pattern: /\.\.|<=|>=|==|[-+*/^<>=(),]/y },
];

/** Signs that look like operators or are used elsewhere, and their replacements. */
const lookalikes: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['–', '-'],
  ['×', '*'],
  ['·', '*'],
  ['÷', '/'],
  ['≤', '<='],
  ['≥', '>='],
  ['√', 'sqrt(x)'],
  ['π', 'p for the probability'],
  ['ε', 'epsilon'],
  ['β', 'beta'],
  ['[', '('],
  [']', ')'],
  ['{', '('],
  ['}', ')'],
  [';', 'a new line'],
  ['|', 'abs(x)'],
  ['&', 'a * b'],
  ['!', '1 - x'],
]);

const continuing: ReadonlySet<string> = new Set([...operators, '=', ',', '..']);

function refuseCharacter(text: string, at: number): never {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const instead = lookalikes.get(character);
  const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `“${character}”` : 'a character that cannot be shown';
  return refuseAt(
    text,
    { from: at, to: at + character.length },
    `Here stands ${shown}, which has no meaning in a formula.`,
    instead === undefined ? '' : `Write ${instead} instead.`,
  );
}

/** The token at `at`, null for white space and comments, and the offset of the next one. */
function tokenAt(text: string, at: number): { readonly token: Token | null; readonly next: number } {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const next = at + found.length;
    return { token: kind === 'nothing' ? null : { kind, text: found, from: at, to: next }, next };
  }
  return refuseCharacter(text, at);
}

/**
 * All tokens, the last with kind `end`. Newlines after an operator or comma and inside parentheses are left out, since
 * the line continues. FormulaError for a text that is too long or has an unknown character.
 */
export function tokenize(text: string): Token[] {
  if (text.length > limits.characters)
    refuseAt(
      text,
      { from: limits.characters, to: text.length },
      `A formula may have ${limits.characters} characters; this one has ${text.length}.`,
    );
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = 0; at < text.length;) {
    const { token, next } = tokenAt(text, at);
    at = next;
    if (token === null) continue;
    if (token.text === '(') depth++;
    if (token.text === ')') depth = Math.max(0, depth - 1);
    if (token.kind === 'newline' && (depth > 0 || continuing.has(tokens.at(-1)?.text ?? ''))) continue;
    if (tokens.length >= limits.tokens)
      refuseAt(text, token, `A formula may have ${limits.tokens} words and signs; here it has more.`);
    tokens.push(token);
  }
  return [...tokens, { kind: 'end', text: '', from: text.length, to: text.length }];
}
