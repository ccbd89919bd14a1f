import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NOT_A_NUMBER,
  plainNumber,
  rangeProblem,
  readPlain,
  readPlainWithin,
  readTyped,
  readWithin,
} from './numberText.ts';

const seed = { min: 0, max: 2 ** 31 - 1, integer: true };
const steps = { min: 1, max: 2000, integer: true };
const share = { min: 0, max: 1, integer: false };
const wide = { min: -1e6, max: 1e6, integer: false };

describe('readTyped', () => {
  it.each([
    ['0.5', 0.5],
    [' ,5 ', 0.5],
    ['0,001', 0.001],
    ['0,125', 0.125],
    ['1e-3', 0.001],
    ['3.', 3],
    ['5.0e−4', 0.0005],
    ['−2', -2],
    ['–2', -2],
    ['- 2', -2],
    ['-0', 0],
    ['1 000', 1000],
    ['1\u00a0000', 1000],
    ['1\u202f000', 1000],
    ["1'000", 1000],
    ['1’000', 1000],
    ['1_000', 1000],
    ['12 345,5', 12345.5],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1234,567', 1234.567],
    ['100,000.5', 100000.5],
    ['1,00,000', 100000],
    ['٠٫٥', 0.5],
    ['١٬٢٣٤', 1234],
    ['۱۲', 12],
    ['１２．５', 12.5],
    ['\u200f-٥', -5],
    ['१२', 12],
    ['1.125', 1.125],
  ])('%s is %d', (typed, value) => expect(readTyped(typed, wide)).toBe(value));

  it.each([
    '',
    'abc',
    '1..2',
    '0x10',
    'Infinity',
    'NaN',
    '1 2',
    '1 00',
    '10,00,0',
    '1,2,3',
    '1,000 000',
    '1.2.3,4',
    '½',
    '10²',
    '1/2',
    '50%',
    '--1',
    '1e',
    '1e1.5',
    '.',
    ',',
    '-',
    'e3',
    '1,000,00',
  ])('%s is refused', (typed) => {
    expect(readTyped(typed, wide)).toBe(NOT_A_NUMBER);
  });

  it('1,000 and 1.000 are read as 1 if the range excludes 1000, as 1000 if it includes that alone, and are else refused with both readings', () => {
    for (const typed of ['1,000', '1.000']) {
      expect(readTyped(typed, share)).toBe(1);
      expect(readTyped(typed, { min: 100, max: 2000, integer: true })).toBe(1000);
      for (const range of [steps, seed, wide])
        expect(readTyped(typed, range)).toBe(`“${typed}” can mean 1000 or 1: write one of them.`);
    }
    expect(readTyped('1.234', steps), 'no whole number has a decimal').toBe(1234);
    expect(readTyped('1,125', wide)).toBe('“1,125” can mean 1125 or 1.125: write one of them.');
    expect(readTyped('-1,500', wide)).toBe('“-1,500” can mean -1500 or -1.5: write one of them.');
    expect(readWithin('1,5', steps)).toBe('A whole number is needed.');
    expect(readWithin('5,000', share)).toBe('At most 1.');
  });

  it('a number too large or too small for a double is refused, not changed', () => {
    expect(readWithin('1e999', share)).toBe('At most 1.');
    expect(readTyped('1e-400', share)).toBe('1e-400 is too small to hold: write 0 or a larger number.');
    expect(readTyped('0e-400', share)).toBe(0);
  });

  it('every number reads back from its field text to the last bit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (value) => void expect(readTyped(String(value), wide)).toBe(value + 0),
      ),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: seed.max }),
        (value) => void expect(readTyped(String(value), seed)).toBe(value),
      ),
    );
  });

  it('a whole number reads the same in the digits of every numbering system that Unicode writes in tens', () => {
    const systems = Intl.supportedValuesOf('numberingSystem').filter((system) =>
      /^\p{Nd}{10}$/u.test(new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(1234567890)),
    );
    expect(systems.length).toBeGreaterThan(20);
    const read = systems.map((system) => [
      system,
      readTyped(new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(1234567890), seed),
    ]);
    expect(read).toEqual(systems.map((system) => [system, 1234567890]));
  });

  it('thousands and decimals read as the browser writes them in every language, where the reading is unique', () => {
    const locales = [
      'en',
      'de',
      'de-CH',
      'fr',
      'es',
      'pt',
      'ru',
      'pl',
      'sv',
      'hi',
      'ar',
      'ar-EG',
      'fa',
      'bn',
      'mr',
      'ja',
      'zh',
      'ko',
      'tr',
      'he',
      'vi',
      'id',
      'uk',
      'cs',
      'en-IN',
      'en-ZA',
    ];
    for (const locale of locales)
      for (const value of [1234567.5, -98765.25, 0.125]) {
        expect(
          readTyped(new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(value), {
            min: -1e7,
            max: 1e7,
            integer: false,
          }),
          `${locale} ${value}`,
        ).toBe(value);
      }
  });
});

describe('rangeProblem', () => {
  it('names the exact range', () => {
    expect(rangeProblem(2 ** 31, seed)).toBe('At most 2147483647.');
    expect(rangeProblem(-1, seed)).toBe('At least 0.');
    expect(rangeProblem(1.5, seed)).toBe('A whole number is needed.');
    expect(rangeProblem(2 ** 31 - 1, seed)).toBeNull();
  });
});

describe('readPlain', () => {
  it('takes one notation, in which every number can be written', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (value) => void expect(readPlain(String(value))).toBe(value + 0),
      ),
    );
    const others = ['1,000', '0,5', '1 000', '1_000', '−1', '٣', '9\uff10', '0x10', '0b1', 'Infinity', 'NaN', '', ' '];
    expect(others.map((word) => [word, readPlain(word)])).toEqual(
      others.map((word) => [word, 'A number is needed, written like 1000 or 0.5.']),
    );
    expect(plainNumber('0x10')).toBeNaN();
    expect(plainNumber(undefined)).toBeNaN();
  });

  it('refuses a point in a whole number', () => {
    expect(readPlain('1.000', { integer: true })).toBe('A whole number is needed, written without a point.');
    expect(readPlainWithin('1.5', steps)).toBe('A whole number is needed.');
    expect(readPlain('1e3', { integer: true })).toBe(1000);
    expect(readPlain('1e-400')).toMatch(/too small/);
  });
});
