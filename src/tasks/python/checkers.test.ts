/** @file The checkers in Python give the verdicts of ours, on the texts of their own tests and on random ones. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedNumbers, checkerOf } from '../checkers.ts';
import { checkerPython } from './checkers.ts';
import { pythonPattern } from './pattern.ts';

interface Case {
  readonly answer: string;
  readonly completion: string;
  readonly columns?: Readonly<Record<string, unknown>>;
}

const rowOf = ({ answer, columns = {} }: Case) => ({ line: 1, prompt: 'x', difficulty: 1, answer, columns });

/** [correct, well formed] of each case by the Python of a checker. */
function verdictsInPython(words: string, cases: readonly Case[]): unknown {
  const { code } = checkerPython(checkerOf(words)) ?? { code: '' };
  const script = `import re\nfrom decimal import Decimal\nfrom fractions import Fraction\n${code}
import json, sys
print(json.dumps([verify(problem, completion) for problem, completion in json.load(sys.stdin)]))`;
  const input = cases.map((one) => [{ answer: one.answer, numbers: allowedNumbers(rowOf(one)) }, one.completion]);
  return JSON.parse(execFileSync('python3', ['-c', script], { input: JSON.stringify(input) }).toString());
}

const verdicts = (words: string, cases: readonly Case[]): readonly (readonly [boolean, boolean])[] =>
  cases.map((one) => {
    const { correct, parsed } = checkerOf(words).check(one.completion, rowOf(one));
    return [correct, parsed !== null];
  });

const python = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const written = (pieces: readonly string[], maxLength = 14): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength }).map((some) => some.join(''));

const marks = ['####', '<answer>', '</answer>', ' ', '\n', ' ', '\u2028', '\ufeff', '\x1c', 'is'];
const numbers = ['1', '2', '12', '0', '-', '.', ',', '1,234', '٣', '007', ...marks];
// The last is more than the page counts exactly.
const arithmetic = ['1', '2', '3', '12', '9999', '9999*9999*9999*9999/9999', '+', '-', '*', '/', '(', ')', ...marks];

/** Answers and completions of each checker; answers that its rows may have. */
const checked: Readonly<Record<string, readonly [answers: fc.Arbitrary<string>, completions: fc.Arbitrary<string>]>> = {
  exact: [fc.constantFrom('12', 'a b', '\x1c'), written(['12', 'a b', ...marks], 4)],
  number: [fc.constantFrom('12', '-2', '1,234', '1.2', '0'), written(numbers)],
  tagged: [fc.constantFrom('12', 'a b', '\x1c'), written(['12', 'a b', ...marks], 5)],
  choice: [fc.constantFrom('A', 'b', 'B', 'k'), written(['A', 'B', 'b', '(', ')', 'ſ', 'K', 'Be', 'k', ...marks])],
  expression: [fc.constantFrom('3', '24', '1/2', '-1', '9999*9999*9999'), written(arithmetic)],
  contains: [fc.constantFrom('ab', '1'), written(['a', 'b', 'ab', '1'])],
  'regex:= (\\d+)': [fc.constantFrom('12', '1'), written(['= ', ...numbers])],
  'regex:(?<n>\\d+)$|x(?=\\S)\\s?.': [fc.constantFrom('12', 'x'), written(['x', ...numbers])],
  'regex:[^\\d\\s[&&]+?\\b\\/?': [fc.constantFrom('a', '12'), written(['a', '/', '[', '&', 'é', ...numbers])],
  'regex:(?<=#### )[-\\u{31}\\x32]*': [fc.constantFrom('12', '-2', ''), written(['#### ', ...numbers])],
};

describe.runIf(python)('in Python (needs python3)', () => {
  it.each(Object.entries(checked))('%s', (words, [answers, completions]) => {
    const cases = fc.sample(fc.record({ answer: answers, completion: completions }), { numRuns: 3000, seed: 7 });
    const ours = verdicts(words, cases);
    expect(verdictsInPython(words, cases)).toEqual(ours);
    for (const correct of [true, false]) expect(ours.some(([right]) => right === correct)).toBe(true);
  });

  it('expression with the numbers of a row', () => {
    const columns = fc.constantFrom({ numbers: [1, 2] }, { nums: [2, 1, 3] }, { metadata: { numbers: [12] } }, {});
    const cases = fc.sample(
      fc.record({
        answer: fc.constantFrom('3', '12', '6'),
        completion: written(['1', '2', '3', '+', '*', '12'], 5),
        columns,
      }),
      { numRuns: 2000, seed: 3 },
    );
    expect(verdictsInPython('expression', cases)).toEqual(verdicts('expression', cases));
  });
});

describe('what Python cannot have', () => {
  it.each(['\\p{L}+', '(?<=a+)b', '[\\S]', '\\u{1F600}\\ud83d'])('the pattern %s', (pattern) => {
    expect(pythonPattern(pattern)).toBe(null);
  });

  it('JavaScript', () => {
    expect(checkerPython({ id: 'js', parameter: '() => 1' })).toBeUndefined();
    expect(checkerPython({ id: 'regex', parameter: '\\p{L}' })).toBeUndefined();
  });
});
