/** @file Numbers as text: as typed into a field, and in the one notation of links and flags. */

/** Range and kind of a field's number. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

export const NOT_A_NUMBER = 'A number is needed.';

/** The notation of links and flags; `String` writes every finite number in it. */
const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A decimal digit of any script. Unicode keeps the ten digits of a script consecutive, 0 first; scripts may follow each
 * other without a gap, hence the modulus.
 */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/**
 * Maps signs that look alike to one: minus, plus, comma, point, apostrophe, space; marks of writing direction are
 * removed.
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

/** The last sign of each list is Arabic. */
const DECIMAL_SIGNS = ['.', ',', '\u066b'];
const GROUP_SIGNS = [',', '.', ' ', "'", '_', '\u066c'];

/**
 * Digits grouped in threes by one sign, as plain digits; with commas also 12,34,567, as in India. Null for other
 * groupings.
 */
function ungrouped(digits: string): string | null {
  const sign = GROUP_SIGNS.find((candidate) => digits.includes(candidate));
  if (sign === undefined) return null;
  const [first = '', ...rest] = digits.split(sign);
  const inThrees = /^[1-9]\d{0,2}$/.test(first) && rest.every((group) => /^\d{3}$/.test(group));
  const asInIndia = sign === ',' && /^[1-9]\d?(,\d{2})+,\d{3}$/.test(digits);
  return inThrees || asInIndia ? [first, ...rest].join('') : null;
}

/** The number if `decimal` (null: none) is the decimal sign. */
function readAs(digits: string, decimal: string | null, exponent: string): number | null {
  const [whole = '', fraction = '', ...more] = decimal === null ? [digits] : digits.split(decimal);
  if (more.length > 0 || (decimal !== null && !digits.includes(decimal)) || !/^\d*$/.test(fraction)) return null;
  const plainWhole = /^\d*$/.test(whole) ? whole : exponent === '' ? ungrouped(whole) : null;
  return plainWhole === null || plainWhole + fraction === ''
    ? null
    : Number(`${plainWhole || '0'}.${fraction || '0'}${exponent}`);
}

/** Every number that the text can mean: 1000 and 1 for 1,000. */
function readings(text: string): number[] {
  const [, sign, digits = '', exponent = ''] = /^([+-]?) ?([^e]*?)(e[+-]?\d+)?$/i.exec(text) ?? [];
  const found = [null, ...DECIMAL_SIGNS]
    .map((decimal) => readAs(digits, decimal, exponent))
    .filter((value) => value !== null);
  return [...new Set(found.map((value) => (sign === '-' ? 0 - value : value)))];
}

const isWithin = (value: number, { min, max, integer }: NumberRange): boolean =>
  value >= min && value <= max && (!integer || Number.isInteger(value));

/** A sentence for a non-zero text that a double rounds to 0. */
const lostDigits = (text: string, value: number): string | null =>
  value === 0 && /[1-9]/.test(text.replace(/e.*$/i, ''))
    ? `${text} is too small to hold: write 0 or a larger number.`
    : null;

/**
 * The number typed into a field, or a sentence that says why the text is not a number. The browser's language has no
 * influence.
 * - A point or a comma is the decimal sign: 0.5, 0,5, 1234,5. Thousands may be separated by spaces, apostrophes,
 *   underscores, points or commas.
 * - Digits of every script, the Unicode minus and the Arabic signs are read.
 * - 1,000 and 1.000 have two readings. If only one is in the range it is taken; a point that the field itself would
 *   write is decimal; otherwise the sentence names both. The number may lie outside the range.
 */
export function readTyped(typed: string, range: NumberRange): number | string {
  const text = unified(typed);
  const found = readings(text);
  const own = !range.integer && plain.test(text) && String(Number(text)) === text ? Number(text) : undefined;
  const fitting = found.filter((value) => isWithin(value, range));
  if (own === undefined && fitting.length > 1)
    return `“${typed.trim()}” can mean ${fitting.join(' or ')}: write one of them.`;
  // If no reading is in range, any of them is refused for the range.
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

/** The typed number if it is in range, or a sentence. */
export const readWithin = (typed: string, range: NumberRange): number | string =>
  within(readTyped(typed, range), range);

/**
 * The number of a link or a flag, or a sentence. A point in a whole number is refused: 1.000 may mean 1000. −0 is read
 * as 0.
 */
export function readPlain(word: string, { integer = false }: { readonly integer?: boolean } = {}): number | string {
  const text = word.trim();
  if (!plain.test(text)) return 'A number is needed, written like 1000 or 0.5.';
  const value = Number(text) + 0;
  if (integer && text.includes('.') && Number.isInteger(value))
    return 'A whole number is needed, written without a point.';
  return lostDigits(text, value) ?? value;
}

/** The same, refused with a sentence outside the range. */
export const readPlainWithin = (word: string, range: NumberRange): number | string =>
  within(readPlain(word, range), range);

/** The same, NaN for an invalid text. */
export function plainNumber(word: string | undefined): number {
  const value = readPlain(word ?? '');
  return typeof value === 'string' ? Number.NaN : value;
}
