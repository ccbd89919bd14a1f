/** @file Formulas that parse but are refused, with the place of the problem. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { algorithmById } from '../papers/index.ts';
import { anyFormula } from '../../../testing/formulas.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';
import { readFormula } from './formulaAlgorithm.ts';
import { printFormula } from './print.ts';
import { FormulaError, type FormulaProblem, inWords } from './problem.ts';

const [grpo, dpo] = [algorithmById('grpo'), algorithmById('dpo')];

function problemsOf(text: string, parent = grpo): readonly FormulaProblem[] {
  try {
    readFormula(text, parent);
    return [];
  } catch (error) {
    if (error instanceof FormulaError) return error.problems;
    throw error;
  }
}

describe('refuses at a place', () => {
  test.each([
    ['-A * logP', 1, 6, 4, /no “logP”.*Is logp meant/],
    ['-A * old_logp * p', 1, 6, 8, /Is oldLogp meant/],
    ['-A * xyzzy * logp', 1, 6, 5, /declared with setting/],
    ['-A * clp(ratio, 0, 1)', 1, 6, 3, /no function “clp”. Is clip meant/],
    ['r = ratio\n-clip(r, 1)', 2, 2, 10, /clip takes 3 arguments, not 2. Write clip\(x, low, high\)/],
    ['min(logp)', 1, 1, 9, /min takes 2 to 8 arguments, not 1/],
    ['exp()*logp', 1, 1, 5, /exp takes 1 argument, not 0/],
    ['logp(2)', 1, 1, 4, /not a function. To multiply/],
    ['-exp * logp', 1, 2, 3, /exp is a function. Write exp\(x\)/],
    ['logp = 2\nlogp', 1, 1, 4, /has a meaning already/],
    ['a = 2\na = 3\na * logp', 2, 1, 1, /has a meaning already/],
    ['setting beta = 1 in 0 .. 2\nbeta * logp', 1, 9, 4, /a setting already/],
    ['setting temperature = 1 in 0 .. 2\ntemperature * logp', 1, 9, 11, /a setting already/],
    ['setting Tau = 1 in 0 .. 2\nTau * logp', 1, 9, 3, /Tau cannot be a setting.*lower-case/],
    ['setting constructor = 1 in 0 .. 2\nconstructor * logp', 1, 9, 11, /has a meaning already/],
    ['setting c = 1 in 2 .. 0\nc * logp', 1, 9, 1, /range of c is empty/],
    ['setting c = 5 in 0 .. 2\nc * logp', 1, 9, 1, /default of c, 5, is outside/],
    ['__proto__ * logp', 1, 1, 9, /no “__proto__”/],
    ['toString(logp)', 1, 1, 8, /no function “toString”/],
    ['-A * oldLogp', 1, 1, 12, /nothing would be learnt/],
    ['-A * sg(logp)', 1, 1, 13, /nothing would be learnt/],
    ['-A * (logp > 1)', 1, 1, 15, /nothing would be learnt/],
    ['where(logp > 1, 2, 3)', 1, 1, 21, /nothing would be learnt/],
    ['logDistribution * A', 1, 1, 19, /one number a token, and this is a number for each entry/],
    ['mean(logDistribution)', 1, 6, 15, /mean cannot take this: it is a number for each entry/],
    ['sumVocabulary(logp)', 1, 15, 4, /cannot take this: it is one number a token/],
    ['chosen(sum(logp))', 1, 1, 6, /needs an algorithm over pairs/],
  ])('%s', (text, line, column, length, message) => {
    const [problem] = problemsOf(text);
    expect(problem && inWords(problem)).toMatch(message);
    expect([problem?.line, problem?.column, problem?.length]).toEqual([line, column, length]);
  });

  test('reports all problems at once', () => {
    expect(problemsOf('a = foo1\nb = exp(1, 2)\na * b * barr').map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  test('chosen and rejected need one number a completion', () => {
    expect(problemsOf('chosen(logp)', dpo)[0]?.hint).toMatch(/sum or the mean/);
    expect(problemsOf('chosen(sum(logp))', dpo)).toEqual([]);
  });
});

test('settings are those that the text reads: declared, the algorithm’s own, or shared', () => {
  const ids = (text: string) => readFormula(text, grpo).settings.map(({ id, default: start }) => [id, start]);
  expect(ids('setting c = 2 in 0 .. 3\nsetting unused = 1 in 0 .. 2\nc * epsilon * delta * logp')).toEqual([
    ['c', 2],
    ['epsilon', 0.2],
    ['delta', 1e6],
  ]);
  expect(ids('delta = ratio - 1\ndelta')).toEqual([]);
});

test('a text of any words is checked or refused with a FormulaError', () => {
  const words = [...paperTexts.values()].flatMap((text) => text.match(/\w+|[^\w]/g) ?? []);
  const swapped = fc
    .tuple(fc.constantFrom(...paperTexts.values()), fc.nat(), fc.constantFrom(...words, '__proto__', 'hasOwnProperty'))
    .map(([text, at, word]) => {
      const parts: string[] = text.match(/\w+|[^\w]/g) ?? [];
      return parts.with(at % parts.length, word).join('');
    });
  fc.assert(
    fc.property(fc.oneof(swapped, anyFormula.map(printFormula)), fc.constantFrom(grpo, dpo), (text, parent) => {
      for (const { line, column, length } of problemsOf(text, parent)) {
        expect(column - 1 + length).toBeLessThanOrEqual(text.split('\n')[line - 1]!.length);
      }
    }),
    { numRuns: 10_000 },
  );
});
