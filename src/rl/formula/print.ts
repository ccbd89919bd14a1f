/** @file A formula back as text, with parentheses only where they are needed. */
import { type Declaration, type Expression, type Formula, precedence } from './syntax.ts';

/**
 * How tightly an expression holds together: that of its outermost operator; numbers, names and calls need no
 * parentheses.
 */
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
  // What groups to the left needs them on its right, ^ on its left; a comparison on both.
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
