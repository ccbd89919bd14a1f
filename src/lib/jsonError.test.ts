/** @file The position agrees with JSON.parse on whether a text is JSON, and names the character that breaks it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorAt } from './jsonError.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['', 0],
  ['{"a": }', 6],
  ['{"a": 1,}', 8],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['{"a": "b\tc"}', 8],
  ['{"a": "b\\q"}', 8],
  ['{"a": 01}', 7],
  ['{"a": 1', 7],
  ['{} x', 3],
  ['tru', 0],
  [']', 0],
])('%j breaks at %i', (text, at) => {
  expect(parses(text)).toBe(false);
  expect(jsonErrorAt(text)).toBe(at);
});

test('whole texts break nowhere, and a cut one at its end', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, cut) => {
      expect(jsonErrorAt(text)).toBe(text.length);
      const begun = text.slice(0, cut % text.length);
      // A word, a number or an escape that is cut has no end of its own.
      if (!/[a-z\d.+\\-]$/i.test(begun)) expect(jsonErrorAt(begun)).toBe(begun.length);
    }),
  );
});
