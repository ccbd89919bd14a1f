/** @file Compiles a checked formula into a graph: the loss of each token. */
import {
  add,
  cast,
  div,
  equal,
  exp,
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
import { onTokens, pairOnRows } from '../objectives/pairs.ts';
import type { Terms } from '../objectives/terms.ts';
import { formulaFunctions } from './functions.ts';
import { formulaNames, paperNames } from './names.ts';
import type { Expression, Formula, Operator } from './syntax.ts';

/** Comparisons as 1 or 0; other values unchanged. */
export const asNumber = (x: Value): Value => (x.dtype === 'bool' ? cast(x, 'float') : x);

/**
 * Makes shapes compatible. Values of pairs, [P, 1], are repeated on the two rows of each pair if another value has B
 * rows; [B, 1] and [B, T] get a third axis if another value is [B, T, V].
 */
function aligned(values: readonly Value[], rows: number): Value[] {
  const isWide = values.some(({ shape }) => shape.length > 0 && shape[0] === rows);
  const onRows = isWide ? values.map((x) => pairOnRows(x, rows)) : [...values];
  if (!onRows.some(({ shape }) => shape.length === 3)) return onRows;
  return onRows.map((x) => (x.shape.length === 2 ? reshape(x, [...x.shape, 1]) : x));
}

/** Largest integer exponent that becomes multiplications. */
const MOST_FACTORS = 16;

function wholePower(x: Value, exponent: number): Value {
  if (exponent === 0) return scalar(1);
  const half = exponent > 1 ? square(wholePower(x, Math.floor(exponent / 2))) : x;
  return exponent > 1 && exponent % 2 === 1 ? mul(half, x) : half;
}

/**
 * x to the power y. A literal integer exponent becomes multiplications, so that x may be negative; otherwise exp(y log
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

/** The value of a literal, also negated; else null. */
function literal(expression: Expression): number | null {
  if (expression.kind === 'number') return expression.value;
  const inner = expression.kind === 'negation' ? literal(expression.operand) : null;
  return inner === null ? null : -inner;
}

/** Values that replace names and calls of the terms. */
export interface Replacements {
  readonly names?: Readonly<Record<string, Value>>;
  readonly calls?: Readonly<Record<string, (args: readonly Value[]) => Value>>;
}

export class Compiler {
  private readonly named: Map<string, Value>;
  private readonly rows: number;

  constructor(
    private readonly terms: Terms,
    private readonly replacements: Replacements = {},
  ) {
    this.named = new Map(Object.entries(replacements.names ?? {}));
    this.rows = terms.mask.shape[0] as number;
  }

  bind(name: string, value: Expression): Value {
    const built = this.build(value);
    this.named.set(name, built);
    return built;
  }

  build(expression: Expression): Value {
    if (expression.kind === 'number') return scalar(expression.value);
    if (expression.kind === 'name') return this.name(expression.name);
    if (expression.kind === 'negation') return neg(asNumber(this.build(expression.operand)));
    if (expression.kind === 'call') return this.call(expression.name, expression.args);
    const sides = [this.build(expression.left), this.build(expression.right)].map(asNumber);
    const [a, b] = aligned(sides, this.rows) as [Value, Value];
    return expression.operator === '^' ? power(a, b, literal(expression.right)) : binary[expression.operator](a, b);
  }

  /** Looks up bindings first, then the names of every formula, then settings. */
  private name(name: string): Value {
    const known =
      this.named.get(name) ??
      (formulaNames.get(name) ?? paperNames.get(name))?.build(this.terms) ??
      this.terms.setting(name);
    this.named.set(name, known);
    return known;
  }

  private call(name: string, args: readonly Expression[]): Value {
    const called = formulaFunctions.get(name);
    if (!called) throw new Error(`${name}: the formula was not checked`);
    const built = args.map((arg) => this.build(arg));
    const numbers = built.map((x, i) => (called.truths?.includes(i) ? x : asNumber(x)));
    const replacement = this.replacements.calls?.[name];
    if (replacement) return replacement(numbers);
    // Functions with one result per completion need arguments by rows, not by pairs.
    if (called.extent === 'completion')
      return called.build(
        numbers.map((x) => pairOnRows(x, this.rows)),
        this.terms,
      );
    return called.build(aligned(numbers, this.rows), this.terms);
  }
}

/**
 * The terms with the policy's values set to 0 outside completions, so that no gradient flows there, not even an
 * infinite one (as after a division by the length of an empty row).
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

/** One expression without bindings, which may read terms and settings. */
export const compileExpression = (expression: Expression, terms: Terms): Value =>
  asNumber(new Compiler(terms).build(expression));

/** The loss of each token, [B, T]. */
export function compileFormula({ bindings, loss }: Formula, terms: Terms): Value {
  const compiler = new Compiler(terms);
  bindings.forEach(({ name, value }) => compiler.bind(name, value));
  return onTokens(asNumber(compiler.build(loss)), terms);
}

/** The loss of a custom text: 0 outside the completion, for any formula. */
export function compileGuarded(formula: Formula, terms: Terms): Value {
  return where(greater(terms.mask, 0), compileFormula(formula, insideCompletions(terms)), 0);
}
