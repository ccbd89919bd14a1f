/**
 * @file A formula with numbers in the place of its symbols: what each line gives at every token of one completion.
 * Plain numbers, no graph.
 */
import { printExpression } from './print.ts';
import type { CheckedFormula } from './check.ts';
import { formulaFunctions } from './functions.ts';
import { formulaNames, type TokenNumbers } from './names.ts';
import type { Expression, Operator } from './syntax.ts';

/** One number a token; null where what is known of single tokens does not tell it. */
export type Amounts = readonly number[] | null;

export interface FormulaLine {
  /** What the line gives a name to; null for the loss. */
  readonly name: string | null;
  /** As it is written, without its name. */
  readonly text: string;
  /** The same at one token, with numbers for names. */
  readonly withNumbers: (token: number, show: (value: number) => string) => string;
  readonly values: Amounts;
}

const truth = (holds: boolean): number => Number(holds);

const binary: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
};

/** Lines in their order: what one gives a name to, the next ones may read. */
export class Evaluator {
  private readonly named = new Map<string, Amounts>();

  constructor(
    private readonly tokens: readonly TokenNumbers[],
    private readonly settings: Readonly<Record<string, number>>,
  ) {}

  line(name: string | null, expression: Expression): FormulaLine {
    const values = this.amounts(expression);
    const withNumbers = (token: number, show: (value: number) => string) =>
      printExpression(this.substituted(expression, token, show));
    if (name !== null) this.named.set(name, values);
    return { name, text: printExpression(expression), withNumbers, values };
  }

  amounts(expression: Expression): Amounts {
    if (expression.kind === 'number') return this.tokens.map(() => expression.value);
    if (expression.kind === 'name') return this.name(expression.name);
    if (expression.kind === 'negation') return this.amounts(expression.operand)?.map((x) => 0 - x) ?? null;
    if (expression.kind === 'call') return this.call(expression.name, expression.args);
    const [left, right] = [this.amounts(expression.left), this.amounts(expression.right)];
    return left && right ? left.map((x, i) => binary[expression.operator](x, right[i] as number)) : null;
  }

  private name(name: string): Amounts {
    const given = this.named.get(name);
    if (given !== undefined) return given;
    const term = formulaNames.get(name);
    if (term) return term.read ? this.tokens.map(term.read) : null;
    const setting = this.settings[name];
    return setting === undefined ? null : this.tokens.map(() => setting);
  }

  private call(name: string, args: readonly Expression[]): Amounts {
    const { apply, fold } = formulaFunctions.get(name) ?? {};
    const known: (readonly number[])[] = [];
    for (const arg of args) {
      const amounts = this.amounts(arg);
      if (!amounts) return null;
      known.push(amounts);
    }
    if (fold) {
      const folded = fold(known[0] ?? []);
      return this.tokens.map(() => folded);
    }
    return apply ? this.tokens.map((_, i) => apply(...known.map((values) => values[i] as number))) : null;
  }

  /** What runs over all tokens of a completion, as a whole; its parts at one token would not explain it. */
  private substituted(expression: Expression, token: number, show: (value: number) => string): Expression {
    const inner = (part: Expression) => this.substituted(part, token, show);
    const { kind } = expression;
    if (kind === 'name' || (kind === 'call' && formulaFunctions.get(expression.name)?.fold)) {
      const value = this.amounts(expression)?.[token];
      return value === undefined
        ? expression
        : { kind: 'name', name: value < 0 ? `(${show(value)})` : show(value), span: expression.span };
    }
    if (kind === 'negation') return { ...expression, operand: inner(expression.operand) };
    if (kind === 'operation') return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    return kind === 'call' ? { ...expression, args: expression.args.map(inner) } : expression;
  }
}

/**
 * Every line with its values for the tokens of one completion; `settings` by id. Pairs and whole distributions are not
 * known here.
 */
export function formulaValues(
  { bindings, loss }: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): FormulaLine[] {
  const evaluator = new Evaluator(tokens, settings);
  return [...bindings.map(({ name, value }) => evaluator.line(name, value)), evaluator.line(null, loss)];
}
