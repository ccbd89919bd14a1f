/** @file The place of a part is that of its value in the text. */
import { expect, test } from 'vitest';
import { jsonPlace } from './jsonPlace.ts';

const text = `{"": [1, {"a,}": "x"}],
  "rows": [{"prompt": "a]"},
    {"answer": {"rows": null},
     "prompt": -2.5e3}]}`;

test.each([
  [[], 'line 1, column 1'],
  [[''], 'line 1, column 6'],
  [['', 0], 'line 1, column 7'],
  [['', 1, 'a,}'], 'line 1, column 18'],
  [['rows'], 'line 2, column 11'],
  [['rows', 1, 'answer', 'rows'], 'line 3, column 25'],
  [['rows', 1, 'prompt'], 'line 4, column 16'],
  // A part that is missing.
  [['rows', 0, 'answer'], 'line 2, column 12'],
  [['other'], 'line 1, column 1'],
])('%j: %s', (path, place) => {
  expect(jsonPlace(text, path)).toBe(place);
});
