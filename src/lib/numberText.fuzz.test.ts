/**
 * @file Thousands of texts in a number field: each is refused with a sentence, or read as a number with the typed
 * digits.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzRuns, Refusals } from '../../testing/hostileJson.ts';
import { type NumberRange, readPlain, readTyped, readWithin } from './numberText.ts';

const RUNS = fuzzRuns(5000);
const range: fc.Arbitrary<NumberRange> = fc.constantFrom(
  { min: 0, max: 1, integer: false },
  { min: -1e6, max: 1e6, integer: false },
  { min: 1, max: 2000, integer: true },
  { min: 0, max: 2 ** 31 - 1, integer: true },
);
const sign = fc.constantFrom('', '', '-', '−', '+', '- ', '\u200f-');
const separator = fc.constantFrom('', ',', '.', ' ', "'", '’', '_', '٬', '٫', '\u00a0', ',,', '. ');
const digits = fc
  .tuple(fc.stringMatching(/^[0-9]{1,4}$/), fc.constantFrom(0x30, 0x660, 0x6f0, 0xff10))
  .map(([text, zero]) => text.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit))));
const written = fc
  .tuple(
    sign,
    digits,
    fc.array(
      fc.tuple(separator, digits).map((parts) => parts.join('')),
      { maxLength: 3 },
    ),
    fc.constantFrom('', '', '', 'e-3', 'E2', 'e−4', 'e999', 'e-400'),
  )
  .map(([of, first, rest, exponent]) => `${of}${first}${rest.join('')}${exponent}`);
const text = fc.oneof(
  { weight: 4, arbitrary: written },
  { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

/** Significant digits: 5 for 0.500 and for 5e-1. */
const meant = (of: string): string =>
  of
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
const zeros = [0x30, 0x660, 0x6f0, 0xff10];
/** Digits of the four scripts above as ASCII; other scripts are compared in numberText.test.ts. */
const ascii = (typed: string): string =>
  typed.replace(/[0-9٠-٩۰-۹０-９]/g, (digit) =>
    String(digit.charCodeAt(0) - (zeros.findLast((zero) => zero <= digit.charCodeAt(0)) ?? 0)),
  );

it(`${RUNS} texts are refused with a sentence, or read as a number of the same digits`, () => {
  const refusals = new Refusals(
    /^A number is needed\.$/,
    /can mean .* or .*: write one of them/,
    /too small to hold/,
    /^At most/,
    /^At least/,
    /^A whole number/,
  );
  let read = 0;
  fc.assert(
    fc.property(text, range, (typed, of) => {
      const value = readTyped(typed, of);
      const within = readWithin(typed, of);
      if (typeof within === 'string') refusals.see(within);
      if (typeof within === 'number') {
        expect(within >= of.min && within <= of.max && (!of.integer || Number.isInteger(within))).toBe(true);
        expect(readPlain(String(within), of), 'what the field then shows is the same number').toBe(within);
        read++;
      }
      if (typeof value === 'string') expect(value).toMatch(/^[“A-Z\d.+-].*\w{2,}.*\.$/s);
      else if (Number.isFinite(value) && !/[^\P{Nd}0-9]/u.test(ascii(typed)) && meant(ascii(typed)).length <= 15)
        expect(meant(String(value))).toBe(meant(ascii(typed)));
      const plain = readPlain(typed);
      if (typeof plain === 'number') expect(plain, '−0 is 0').toBe(Number(typed) + 0);
    }),
    { numRuns: RUNS, seed: 20_261_130 },
  );
  expect(refusals.missing).toEqual([]);
  expect(read).toBeGreaterThan(RUNS / 20);
});
