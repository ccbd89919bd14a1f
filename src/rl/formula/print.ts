/** @file Prints a formula as text, with as few parentheses as possible. */
import { type Declaration, type Expression, type Formula, precedence } from './syntax.ts';

/** The precedence of the outermost operator; numbers, names and calls never need parentheses. */
function tightness(expression: Expression): number {
  if (expression.kind === 'operation') return precedence[expression.operator];
  return expression.kind === 'negation' ? precedence.negation : Infinity;
}

const enclosed = (expression: Expression, least: number): string =>
  tightness(expression) < least ? `(${printExpression(expression)})` : printExpression(expression);

export function printExpression(expression: Expression): string {
  if (expression.kind === 'number') return String(expression.value);
  if (expression.kind === 'name') return expression.name;
  if (expression.kind === 'call') return `${expression.name}(${expression.args.map(printExpression).join(', ')})`;
  if (expression.kind === 'negation') return `-${enclosed(expression.operand, precedence.negation)}`;
  const { operator, left, right } = expression;
  const own = precedence[operator];
  // An equal operator needs parentheses on the right of left-associative operators, on the left of ^, and on both sides
  // of comparisons.
  const [leftLeast, rightLeast] = operator === '^' ? [own + 1, precedence.negation] : [own === 1 ? 2 : own, own + 1];
  return `${enclosed(left, leftLeast)} ${operator} ${enclosed(right, rightLeast)}`;
}

const printDeclaration = ({ name, default: start, min, max }: Declaration): string =>
  `setting ${name} = ${start} in ${min} .. ${max}`;

export const printFormula = ({ declarations, bindings, loss }: Formula): string =>
  [
    ...declarations.map(printDeclaration),
    ...bindings.map(({ name, value }) => `${name} = ${printExpression(value)}`),
    printExpression(loss),
  ].join('\n');
