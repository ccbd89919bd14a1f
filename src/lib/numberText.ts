/** @file Numbers as text: as people type them into a field, and in the one notation of links and flags. */

/** What a field can hold. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

export const NOT_A_NUMBER = 'A number is needed.';

/** The notation of links and flags, which is also what `String` writes for every finite number. */
const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A decimal digit of any script. Unicode keeps the ten digits of a script in a row, 0 first, and such rows stand side
 * by side as wholes.
 */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/**
 * Signs that look alike, as one of them: minus, plus, comma, point, apostrophe, space; marks of writing direction are
 * left out.
 */
const alike: readonly (readonly [RegExp, string])[] = [
  [/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g, ''],
  [/[\u2212\u2010-\u2013\ufe63\uff0d]/g, '-'],
  [/[\ufe62\uff0b]/g, '+'],
  [/[\u060c\ufe50\uff0c]/g, ','],
  [/[\ufe52\uff0e]/g, '.'],
  [/[\u2018\u2019\u02bc\uff07]/g, "'"],
  [/\s/g, ' '],
];

const unified = (typed: string): string =>
  alike.reduce((text, [signs, sign]) => text.replace(signs, sign), typed.replace(/\p{Nd}/gu, asciiDigit)).trim();

/** Arabic has a decimal sign and a sign between thousands of its own. */
const DECIMAL_SIGNS = ['.', ',', '\u066b'];
const GROUP_SIGNS = [',', '.', ' ', "'", '_', '\u066c'];

/**
 * Digits in threes with one sign between them, as its plain digits; of commas also 12,34,567, as in India. Null where
 * it is not that.
 */
function ungrouped(digits: string): string | null {
  const sign = GROUP_SIGNS.find((candidate) => digits.includes(candidate));
  if (sign === undefined) return null;
  const [first = '', ...rest] = digits.split(sign);
  const inThrees = /^[1-9]\d{0,2}$/.test(first) && rest.every((group) => /^\d{3}$/.test(group));
  const asInIndia = sign === ',' && /^[1-9]\d?(,\d{2})+,\d{3}$/.test(digits);
  return inThrees || asInIndia ? [first, ...rest].join('') : null;
}

/** The number of these digits if `decimal` (null: nothing) is their decimal sign. */
function readAs(digits: string, decimal: string | null, exponent: string): number | null {
  const [whole = '', fraction = '', ...more] = decimal === null ? [digits] : digits.split(decimal);
  if (more.length > 0 || (decimal !== null && !digits.includes(decimal)) || !/^\d*$/.test(fraction)) return null;
  const plainWhole = /^\d*$/.test(whole) ? whole : exponent === '' ? ungrouped(whole) : null;
  return plainWhole === null || plainWhole + fraction === ''
    ? null
    : Number(`${plainWhole || '0'}.${fraction || '0'}${exponent}`);
}

/** Every number that the text can mean, 1000 and 1 for 1,000. */
function readings(text: string): number[] {
  const [, sign, digits = '', exponent = ''] = /^([+-]?) ?([^e]*?)(e[+-]?\d+)?$/i.exec(text) ?? [];
  const found = [null, ...DECIMAL_SIGNS]
    .map((decimal) => readAs(digits, decimal, exponent))
    .filter((value) => value !== null);
  return [...new Set(found.map((value) => (sign === '-' ? 0 - value : value)))];
}

const isWithin = (value: number, { min, max, integer }: NumberRange): boolean =>
  value >= min && value <= max && (!integer || Number.isInteger(value));

/** A sentence for a text that is smaller than every number but 0. */
const lostDigits = (text: string, value: number): string | null =>
  value === 0 && /[1-9]/.test(text.replace(/e.*$/i, ''))
    ? `${text} is too small to hold: write 0 or a larger number.`
    : null;

/**
 * The number that a person typed into a field, or a sentence that says why there is none. The language of the browser
 * plays no part.
 * - A point or a comma is the decimal sign: 0.5, 0,5, 1234,5. Thousands may be set apart by spaces, apostrophes,
 * underscores, points or commas.
 * - Digits of every script, the Unicode minus and Arabic's own signs are read.
 * - 1,000 and 1.000 can be two numbers. The range decides where only one of them fits; a point that the field would
 * write itself is decimal;
 *   otherwise the sentence names both.
 * The number may lie outside the range.
 */
export function readTyped(typed: string, range: NumberRange): number | string {
  const text = unified(typed);
  const found = readings(text);
  const own = !range.integer && plain.test(text) && String(Number(text)) === text ? Number(text) : undefined;
  const fitting = found.filter((value) => isWithin(value, range));
  if (own === undefined && fitting.length > 1)
    return `“${typed.trim()}” can mean ${fitting.join(' or ')}: write one of them.`;
  // Without a fitting one, any of them is refused for the range.
  const value = own ?? fitting[0] ?? found.at(-1);
  if (value === undefined || Number.isNaN(value)) return NOT_A_NUMBER;
  return lostDigits(text, value) ?? value;
}

/** Why a value does not fit the range, or null. */
export function rangeProblem(value: number, { min, max, integer }: NumberRange): string | null {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (value < min) return `At least ${min}.`;
  if (value > max) return `At most ${max}.`;
  return integer && !Number.isInteger(value) ? 'A whole number is needed.' : null;
}

const within = (value: number | string, range: NumberRange): number | string =>
  typeof value === 'string' ? value : (rangeProblem(value, range) ?? value);

/** The number that was typed, where it fits the range, or a sentence. */
export const readWithin = (typed: string, range: NumberRange): number | string =>
  within(readTyped(typed, range), range);

/**
 * A number in a link or a flag, or a sentence. A point in a whole number is refused: 1.000 can be meant as 1000. −0 is
 * 0.
 */
export function readPlain(word: string, { integer = false }: { readonly integer?: boolean } = {}): number | string {
  const text = word.trim();
  if (!plain.test(text)) return 'A number is needed, written like 1000 or 0.5.';
  const value = Number(text) + 0;
  if (integer && text.includes('.') && Number.isInteger(value))
    return 'A whole number is needed, written without a point.';
  return lostDigits(text, value) ?? value;
}

/** The same, where it fits the range, or a sentence. */
export const readPlainWithin = (word: string, range: NumberRange): number | string =>
  within(readPlain(word, range), range);

/** The same, NaN for what is none. */
export function plainNumber(word: string | undefined): number {
  const value = readPlain(word ?? '');
  return typeof value === 'string' ? Number.NaN : value;
}
