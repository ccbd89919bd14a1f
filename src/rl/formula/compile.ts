/** @file A checked formula as graph: the loss of each token. */
import {
  add,
  cast,
  div,
  equal,
  exp,
  expand,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  log,
  mul,
  neg,
  reciprocal,
  reshape,
  scalar,
  square,
  sqrt,
  sub,
  type Value,
  where,
} from '../../engine/graph/index.ts';
import type { Terms } from '../objectives/terms.ts';
import type { CheckedFormula } from './check.ts';
import { formulaFunctions } from './functions.ts';
import { formulaNames } from './names.ts';
import type { Expression, Operator } from './syntax.ts';

/** Comparisons as 1 and 0 wherever a number is reckoned with. */
const asNumber = (x: Value): Value => (x.dtype === 'bool' ? cast(x, 'float') : x);

/** Where one has a number for each entry of the vocabulary, the others get an axis for it. */
function aligned(values: readonly Value[]): Value[] {
  if (!values.some(({ shape }) => shape.length === 3)) return [...values];
  return values.map((x) => (x.shape.length === 2 ? reshape(x, [...x.shape, 1]) : x));
}

/** The largest whole exponent that is multiplied out. */
const MOST_FACTORS = 16;

function wholePower(x: Value, exponent: number): Value {
  if (exponent === 0) return scalar(1);
  const half = exponent > 1 ? square(wholePower(x, Math.floor(exponent / 2))) : x;
  return exponent > 1 && exponent % 2 === 1 ? mul(half, x) : half;
}

/**
 * x to a known power, by multiplication where the exponent is whole, so that x may be negative; else exp(exponent log
 * x).
 */
function power(x: Value, y: Value, known: number | null): Value {
  if (known === 0.5) return sqrt(x);
  if (known === null || !Number.isInteger(known) || Math.abs(known) > MOST_FACTORS) return exp(mul(y, log(x)));
  return known < 0 ? reciprocal(wholePower(x, -known)) : wholePower(x, known);
}

const binary: Readonly<Record<Exclude<Operator, '^'>, (a: Value, b: Value) => Value>> = {
  '+': add,
  '-': sub,
  '*': mul,
  '/': div,
  '<': less,
  '<=': lessOrEqual,
  '>': greater,
  '>=': greaterOrEqual,
  '==': equal,
};

/** The number that an expression is as it stands, or null. */
function literal(expression: Expression): number | null {
  if (expression.kind === 'number') return expression.value;
  const inner = expression.kind === 'negation' ? literal(expression.operand) : null;
  return inner === null ? null : -inner;
}

class Compiler {
  private readonly named = new Map<string, Value>();

  constructor(private readonly terms: Terms) {}

  bind(name: string, value: Expression): void {
    this.named.set(name, this.build(value));
  }

  build(expression: Expression): Value {
    if (expression.kind === 'number') return scalar(expression.value);
    if (expression.kind === 'name') return this.name(expression.name);
    if (expression.kind === 'negation') return neg(asNumber(this.build(expression.operand)));
    if (expression.kind === 'call') return this.call(expression.name, expression.args);
    const [a, b] = aligned([this.build(expression.left), this.build(expression.right)].map(asNumber)) as [Value, Value];
    return expression.operator === '^' ? power(a, b, literal(expression.right)) : binary[expression.operator](a, b);
  }

  /** A name that the formula gave comes first, then what every formula has, then settings. */
  private name(name: string): Value {
    const known = this.named.get(name) ?? formulaNames.get(name)?.build(this.terms) ?? this.terms.setting(name);
    this.named.set(name, known);
    return known;
  }

  private call(name: string, args: readonly Expression[]): Value {
    const called = formulaFunctions.get(name);
    if (!called) throw new Error(`${name}: the formula was not checked`);
    const built = args.map((arg) => this.build(arg));
    return called.build(aligned(built.map((x, i) => (called.truths?.includes(i) ? x : asNumber(x)))), this.terms);
  }
}

/**
 * The terms with 0 for the policy's outside completions. What is selected away takes no gradient, not even one that is
 * infinite there, as after a division by the number of tokens of a row that has none.
 */
function insideCompletions(terms: Terms): Terms {
  const inside = greater(terms.mask, 0);
  const only = (x: Value): Value => where(x.shape.length === 3 ? reshape(inside, [...inside.shape, 1]) : inside, x, 0);
  return {
    ...terms,
    logProbs: only(terms.logProbs),
    logDistribution: only(terms.logDistribution),
    entropy: only(terms.entropy),
  };
}

/** The loss of each token, [B, T]; 0 outside the completion, whatever the formula gives there. */
export function compileFormula({ bindings, loss }: CheckedFormula, terms: Terms): Value {
  const compiler = new Compiler(insideCompletions(terms));
  bindings.forEach(({ name, value }) => compiler.bind(name, value));
  const perToken = expand(asNumber(compiler.build(loss)), terms.mask.shape);
  return where(greater(terms.mask, 0), perToken, 0);
}
