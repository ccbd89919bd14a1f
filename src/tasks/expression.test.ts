/** @file The evaluator against an expression tree, and the writer against its promise of fewest parentheses. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combine, evaluateExpression, MAX_DEPTH, operationsOf, type Operator, type Written } from './expression.ts';

type Fraction = { numerator: bigint; denominator: bigint };
/** An expression, written with all and with few parentheses, and its exact value in big integers. */
interface Case {
  readonly written: Written;
  readonly nested: string;
  readonly value: Fraction | null;
}

function applied(operator: string, a: Fraction | null, b: Fraction | null): Fraction | null {
  if (!a || !b) return null;
  if (operator === '*') return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
  if (operator === '/') {
    if (b.numerator === 0n) return null;
    return { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };
  }
  const right = operator === '+' ? b.numerator : -b.numerator;
  const numerator = a.numerator * b.denominator + right * a.denominator;
  const denominator = a.denominator * b.denominator;
  const isNegative = numerator < 0n !== denominator < 0n;
  return { numerator: operator === '|' && isNegative ? -numerator : numerator, denominator };
}

const leaf = fc.integer({ min: 0, max: 99 }).map((n): Case => ({
  written: { text: String(n), precedence: 3 },
  nested: String(n),
  value: { numerator: BigInt(n), denominator: 1n },
}));

const trees = (...operators: Operator[]) =>
  fc.letrec<{ tree: Case }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.tuple(tie('tree'), fc.constantFrom(...operators), tie('tree')).map(([left, operator, right]) => ({
        written: combine(left.written, operator, right.written),
        nested: `(${left.nested}${operator}${right.nested})`,
        value: applied(operator, left.value, right.value),
      })),
    ),
  })).tree;
const tree = trees('+', '-', '*', '/');

describe('evaluateExpression', () => {
  test('gives the exact value of any tree, in either notation', () => {
    fc.assert(
      fc.property(trees('+', '-', '*', '/', '|'), ({ written, nested, value }) => {
        for (const text of [written.text, nested]) {
          const read = evaluateExpression(text, true);
          expect(read).not.toBeNull();
          if (value === null) expect(read?.value).toBeNull();
          // null is allowed for a fraction too large for exact numbers; any other result is exact.
          const got = read?.value;
          if (value && got)
            expect(BigInt(got.numerator) * value.denominator).toBe(BigInt(got.denominator) * value.numerator);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test.each([
    ['2+3*4', 14, 1],
    ['(2+3)*4', 20, 1],
    ['9-3-2', 4, 1],
    ['9-(3-2)', 8, 1],
    ['8/4/2', 1, 1],
    ['1/3+1/6', 1, 2],
    ['1-3/2', -1, 2],
    ['0*5', 0, 1],
    ['9999*9999', 99980001, 1],
  ])('%s', (text, numerator, denominator) => {
    expect(evaluateExpression(text)?.value).toEqual({ numerator, denominator });
  });

  test.each([
    '',
    '+',
    '1+',
    '+1',
    '-1',
    '1 + 2',
    '01',
    '12345',
    '(1',
    '1)',
    '()',
    '1(2)',
    '2**3',
    '1.5',
    '1e3',
    '١',
    '1,2',
    'x',
  ])('refuses "%s"', (text) => expect(evaluateExpression(text)).toBeNull());

  test('lists the numbers in order of appearance', () => {
    expect(evaluateExpression('3*(12-3)/0')).toEqual({ numbers: [3, 12, 3, 0], value: null });
  });

  test('lists the operations in the order of evaluation', () => {
    const operations = operationsOf('3*(12-3)/0').map(({ left, operator, right, value }) => [
      left?.numerator,
      operator,
      right?.numerator,
      value?.numerator,
    ]);
    expect(operations).toEqual([
      [12, '-', 3, 9],
      [3, '*', 9, 27],
      [27, '/', 0, undefined],
    ]);
    expect(operationsOf('3*(')).toEqual([]);
  });

  test('accepts the distance operator only if allowed, and binds it tightest', () => {
    expect(evaluateExpression('3|8')).toBeNull();
    expect(evaluateExpression('2*3|8+1', true)?.value).toEqual({ numerator: 11, denominator: 1 });
    expect(evaluateExpression('9|2|3', true)?.value).toEqual({ numerator: 4, denominator: 1 });
  });

  test('gives null rather than a rounded value', () => {
    expect(evaluateExpression('9999*9999*9999*9999')?.value).toBeNull();
    expect(evaluateExpression('9999*9999*9999*9999-9999*9999*9999*9999')?.value).toBeNull();
    // Both cross products exceed 2^53; their difference does not.
    expect(evaluateExpression('9999*9999*9999/7-9999*9999*9999*1427/9997')?.value).toBeNull();
  });

  test('accepts parentheses up to the depth limit, and refuses deeper text of any depth', () => {
    const nest = (depth: number): string => '('.repeat(depth) + '1' + ')'.repeat(depth);
    expect(evaluateExpression(nest(MAX_DEPTH))?.value).toEqual({ numerator: 1, denominator: 1 });
    expect(evaluateExpression(nest(MAX_DEPTH + 1))).toBeNull();
    expect(evaluateExpression(nest(10000))).toBeNull();
    expect(evaluateExpression('('.repeat(10000))).toBeNull();
  });
});

test('combine writes no redundant parentheses', () => {
  const primes = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179];
  let pairs = 0;
  fc.assert(
    fc.property(tree, ({ written }) => {
      // Distinct primes as numbers, so that no two parses agree by chance.
      let next = 0;
      const text = written.text.replace(/[0-9]+/g, () => String(primes[next++ % primes.length]));
      const value = evaluateExpression(text)?.value;
      if (!value) return;
      for (const shorter of withoutOnePair(text)) {
        pairs++;
        expect(evaluateExpression(shorter)?.value).not.toEqual(value);
      }
    }),
    { numRuns: 1000, seed: 2 },
  );
  expect(pairs).toBeGreaterThan(100);
});

/** The text with each pair of parentheses left out in turn. */
function withoutOnePair(text: string): string[] {
  const open: number[] = [];
  const shorter: string[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') open.push(i);
    if (text[i] !== ')') continue;
    const start = open.pop() as number;
    shorter.push(text.slice(0, start) + text.slice(start + 1, i) + text.slice(i + 1));
  }
  return shorter;
}
