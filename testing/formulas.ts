/** @file Random formulas for property tests: arbitrary ones, and smooth ones with a meaning. */
import fc from 'fast-check';
import { type Expression, type Formula, operators } from '../src/rl/formula/syntax.ts';

const span = { from: 0, to: 0 };
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/).filter((word) => word !== 'setting');
const number = fc
  .oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1e30, noNaN: true }))
  .map((value) => value + 0);

/** Expressions with arbitrary names and functions. */
const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    number.map((value): Expression => ({ kind: 'number', value, span })),
    name.map((word): Expression => ({ kind: 'name', name: word, span })),
    tie('expression').map((operand): Expression => ({ kind: 'negation', operand, span })),
    fc
      .record({ operator: fc.constantFrom(...operators), left: tie('expression'), right: tie('expression') })
      .map((parts): Expression => ({ kind: 'operation', ...parts, span })),
    fc
      .record({ name, args: fc.array(tie('expression'), { maxLength: 4 }) })
      .map((parts): Expression => ({ kind: 'call', ...parts, span })),
  ),
})).expression;

const declared = fc.record({
  name,
  span: fc.constant(span),
  default: fc.integer({ min: -9, max: 9 }),
  min: number.map((value) => 0 - value),
  max: number,
});
const bound = fc.record({ name, span: fc.constant(span), value: anyExpression });

export const anyFormula: fc.Arbitrary<Formula> = fc.record({
  declarations: fc.array(declared, { maxLength: 3 }),
  bindings: fc.array(bound, { maxLength: 3 }),
  loss: anyExpression,
});

/** Texts of losses with a continuous derivative if logp, oldLogp and refLogp are a few nats at most. */
export const smoothText: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('logp', 'ratio', 'logRatio', 'p', 'k1', 'k2', 'k3', 'A', 'R', 'oldLogp', 'epsilon', '0.5', '2'),
    fc
      .tuple(tie('text'), fc.constantFrom('+', '-', '*'), tie('text'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('text').map((x) => `-${x}`),
    fc
      .tuple(fc.constantFrom('sigmoid', 'tanh', 'logsigmoid', 'mean', 'square'), tie('text'))
      .map(([of, x]) => `${of}(${x})`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `where(A > 0, ${a}, ${b})`),
    tie('text').map((x) => `exp(tanh(${x}))`),
    tie('text').map((x) => `1 / (1 + (${x})^2)`),
  ),
})).text;
