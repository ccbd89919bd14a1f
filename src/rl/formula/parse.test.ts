/** @file The grammar: precedence, places of problems, and random texts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFormula } from '../../../testing/formulas.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';
import { parseFormula } from './parse.ts';
import { printExpression, printFormula } from './print.ts';
import { FormulaError, type FormulaProblem } from './problem.ts';
import { limits } from './syntax.ts';

/** Without spans, which printing does not keep. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'span' ? undefined : inner)));

function problemsOf(text: string): readonly FormulaProblem[] {
  try {
    parseFormula(text);
    return [];
  } catch (error) {
    if (error instanceof FormulaError) return error.problems;
    throw error;
  }
}

function expectInside(text: string, { line, column, length }: FormulaProblem): void {
  const lines = text.split('\n');
  expect(line).toBeGreaterThanOrEqual(1);
  expect(line).toBeLessThanOrEqual(lines.length);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(column - 1 + length).toBeLessThanOrEqual(lines[line - 1]!.length);
}

/** The text with all parentheses. */
function grouped(text: string): string {
  const walk = (expression: ReturnType<typeof parseFormula>['loss']): string => {
    if (expression.kind === 'operation')
      return `(${walk(expression.left)} ${expression.operator} ${walk(expression.right)})`;
    if (expression.kind === 'negation') return `(-${walk(expression.operand)})`;
    return printExpression(expression);
  };
  return walk(parseFormula(text).loss);
}

describe('precedence', () => {
  test.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b * c', '((a / b) * c)'],
    ['-x^2', '(-(x ^ 2))'],
    ['a^b^c', '(a ^ (b ^ c))'],
    ['2^-x * y', '((2 ^ (-x)) * y)'],
    ['-a * b', '((-a) * b)'],
    ['a + 1 > b * 2', '((a + 1) > (b * 2))'],
    ['(a + b) * c', '((a + b) * c)'],
    ['1e-3 + .5', '(0.001 + 0.5)'],
  ])('%s', (text, expected) => expect(grouped(text)).toBe(expected));

  test('lines: settings, names, comments and continuations', () => {
    const text =
      '# a comment\nsetting tau = 1.5 in -2..10 # another\r\n\nr = exp(logp -\n  oldLogp)\n-min(r * A,\n  tau)\n# the end\n';
    expect(bare(parseFormula(text))).toEqual(
      bare({
        declarations: [{ name: 'tau', default: 1.5, min: -2, max: 10 }],
        bindings: [{ name: 'r', value: parseFormula('exp(logp - oldLogp)').loss }],
        loss: parseFormula('-min(r*A, tau)').loss,
      }),
    );
  });
});

describe('refuses at a place', () => {
  test.each([
    ['', 1, 1, /no formula yet/],
    ['# only a comment', 1, 17, /no formula yet/],
    ['r = logp', 1, 9, /last line must be the loss/],
    ['logp\n-A * logp', 1, 1, /Only the last line/],
    ['-A $ logp', 1, 4, /“\$”.*no meaning/],
    ['A − logp', 1, 3, /“−”/],
    ['a = 1\n-min(ratio * A', 2, 5, /not closed/],
    ['r = exp(logp\ns = 2\nr', 1, 8, /not closed/],
    ['logp)', 1, 5, /no \( that this closes/],
    ['-A * * logp', 1, 6, /needed here, not “\*”/],
    ['-A *', 1, 5, /needed here, not the end/],
    ['2 logp', 1, 3, /operator is needed before “logp”/],
    ['a < b < c', 1, 3, /cannot be chained/],
    ['A = = 2', 1, 5, /needed here, not “=”/],
    ['logp == A = 2', 1, 11, /start of a line/],
    ['setting tau 1', 1, 13, /“=” is needed/],
    ['setting tau = 1 in 0 to 2\nlogp', 1, 22, /“\.\.” is needed/],
    ['setting tau = x in 0 .. 2\nlogp', 1, 15, /number is needed/],
    ['1e999 * logp', 1, 1, /too large/],
    [`${'('.repeat(100)}logp`, 1, 65, /levels/],
    [`${'-'.repeat(100)}logp`, 1, 65, /levels/],
    [`logp${' '.repeat(5000)}`, 1, limits.characters + 1, /characters/],
    [Array(1000).fill('1').join('+'), 1, limits.tokens + 1, /words and signs/],
  ])('%s', (text, line, column, message) => {
    const [problem] = problemsOf(text);
    expect(problem?.message).toMatch(message);
    expect([problem?.line, problem?.column]).toEqual([line, column]);
    expectInside(text, problem!);
  });
});

describe('for any text', () => {
  test('a printed formula is parsed to the same', () => {
    fc.assert(
      fc.property(anyFormula, (formula) => {
        expect(bare(parseFormula(printFormula(formula)))).toEqual(bare(formula));
      }),
      { numRuns: 2000 },
    );
  });

  const words = [...paperTexts.values()].flatMap((text) => text.match(/\w+|[^\w]/g) ?? []);
  const soup = fc
    .array(
      fc.oneof(
        fc.constantFrom(...words, '\n', '(', ')', '__proto__', 'constructor'),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));
  const mutated = fc
    .tuple(fc.constantFrom(...paperTexts.values()), fc.nat(), fc.nat(6), fc.string({ unit: 'grapheme', maxLength: 4 }))
    .map(([text, at, cut, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + cut));

  test.each([
    ['random', soup, 10_000],
    ['mutated', mutated, 10_000],
  ] as const)('%s texts are parsed or refused at a place inside them, quickly', (_, texts, numRuns) => {
    const start = performance.now();
    fc.assert(
      fc.property(texts, (text) => problemsOf(text).forEach((problem) => expectInside(text, problem))),
      { numRuns },
    );
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('parses the largest texts quickly', () => {
    const texts = [
      'a^'.repeat(700),
      'a+'.repeat(700),
      '('.repeat(4000),
      '-'.repeat(4000),
      '\n'.repeat(4000),
      'x=1\n'.repeat(375),
      '#'.repeat(4000),
      'f('.repeat(2000),
    ];
    const start = performance.now();
    for (const text of texts) expect(problemsOf(text).length).toBeLessThanOrEqual(1);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
