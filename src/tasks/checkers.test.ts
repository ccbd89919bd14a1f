/** @file Each checker on completions, right and wrong, and the patterns that are refused. */
import { describe, expect, test } from 'vitest';
import { checkerOf } from './checkers.ts';
import type { Checker } from './own/checker.ts';
import type { OwnRow } from './own/row.ts';

const rowOf = (answer: string, columns: Readonly<Record<string, unknown>> = {}): OwnRow => ({
  line: 1,
  prompt: 'x',
  answer,
  difficulty: 1,
  columns,
});
const correct = (checker: Checker, answer: string, completion: string, columns = {}) =>
  checker.check(completion, rowOf(answer, columns)).correct;

describe('a checker', () => {
  test.each([
    ['exact', '12', ' 12\n', true],
    ['exact', '12', '12.', false],
    ['exact', '12', '', false],
    ['number', '12', '5+7 is 12', true],
    ['number', '12', '012.0', true],
    ['number', '12', '12 or 13', false],
    ['number', '-2', '1-3=-2', true],
    ['number', '2', '5-2', true],
    ['number', '12', 'twelve', false],
    ['number', '12345678901234567890', 'it is 12345678901234567891', false],
    ['number', '12345678901234567890', '012,345,678,901,234,567,890.00', true],
    ['number', '0', '-0.0', true],
    ['number', '-0.50', '-00.5', true],
    ['number', '72', 'so 48+24 #### 72 eggs in 3 boxes', true],
    ['number', '72', '72 #### 71', false],
    ['number', '72', '#### 1 #### 72', true],
    ['number', '72', '3 <answer> 72 </answer> of 80', true],
    ['number', '72', '72 <answer></answer>', false],
    ['number', '1234', 'it is 1,234', true],
    ['tagged', 'a b', 'It is <answer> a b\n</answer>.', true],
    ['tagged', 'a b', ' a b', true],
    ['tagged', 'a b', 'It is a b', false],
    ['tagged', 'a b', '<answer>a b</answer> or <answer>c</answer>', false],
    ['choice', 'B', 'I think (B) is right', true],
    ['choice', 'B', 'B, as A is wrong', false],
    ['choice', 'B', 'B is a good one', true],
    ['choice', 'b', 'about b', true],
    ['choice', 'B', 'Bear', false],
    ['expression', '24', '3*8', true],
    ['expression', '24', 'we take (2+4) * 4 = 24', true],
    ['expression', '24', '3*9=24', false],
    ['expression', '24', 'no idea', false],
    ['contains', 'ab', 'xabx', true],
    ['contains', 'ab', 'a b', false],
    ['regex:= (\\d+)', '12', 'x = 3, y = 12', true],
    ['regex:= (\\d+)', '12', '12', false],
    ['regex:\\d+', '12', '3 then 12.', true],
    // Escapes that JavaScript refuses in Unicode mode and other dialects allow.
    ['regex:(?<=\\=\\ )[\\-\\=\\d]+', '-12', 'x-1 = -12', true],
    ['regex:\\-?\\d{1,3}(?:,\\d{3})*', '1,234,567', 'it is 1,234,567.', true],
  ])('%s: %s against %j is %s', (words, answer, completion, expected) => {
    expect(correct(checkerOf(words), answer, completion)).toBe(expected);
  });

  test('expression uses each number of the row once, where the row names them', () => {
    const checker = checkerOf('expression');
    for (const columns of [{ numbers: [3, 8, 1] }, { nums: [1, 8, 3] }, { metadata: { numbers: [8, 3, 1] } }]) {
      expect(correct(checker, '24', '3*8*1', columns)).toBe(true);
      expect(correct(checker, '24', '3*8', columns)).toBe(false);
      expect(correct(checker, '24', '3*8*1*1', columns)).toBe(false);
    }
    expect(correct(checker, '3*8', '24', {})).toBe(true);
  });

  test('says why no completion can match an answer', () => {
    expect(checkerOf('number').problem(rowOf('ten'))).toBe('a number in decimal digits is needed');
    expect(checkerOf('number').problem(rowOf('1,000'))).toBeNull();
    expect(checkerOf('choice').problem(rowOf('AB'))).toBe('one letter is needed');
    expect(checkerOf('expression').problem(rowOf('3x'))).toBe('a number or an arithmetic expression is needed');
  });
});

describe('a checker is refused', () => {
  test.each([
    [
      'nubmer',
      'there is no checker "nubmer"; choose one of exact, number, tagged, choice, expression, contains, regex:PATTERN',
    ],
    ['regex:', 'regex: a pattern of 1 to 300 characters is needed'],
    ['regex:(', 'regex: Invalid regular expression'],
    ['regex:(a+)+b', 'regex: a repeated group that repeats or chooses inside can take for ever'],
    ['regex:(a|aa){2,}', 'regex: a repeated group that repeats or chooses inside can take for ever'],
    ['regex:(?:(a*))*', 'can take for ever'],
    ['regex:(a?a)*', 'regex: a repeated group that repeats or chooses inside can take for ever'],
    ['regex:(a)\\1', 'regex: a reference back to a group can take for ever'],
  ])('%s', (words, message) => {
    expect(() => checkerOf(words)).toThrow(message);
  });

  test.each(['regex:(a+)b', 'regex:a\\(+', 'regex:[(+]+', 'regex:(\\d+)(?:\\.\\d+)?', 'regex:(yes|no)'])(
    'but not %s',
    (words) => {
      expect(checkerOf(words).id).toBe('regex');
    },
  );
});
