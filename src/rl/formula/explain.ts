/**
 * @file A formula on the numbers of one completion: the value of each line and the pull of the loss at every token.
 * Evaluates the graph of the formula and its derivative on plain numbers.
 */
import { grad } from '../../engine/autodiff/grad.ts';
import { expand, input, mul, reduceSum, type Value } from '../../engine/graph/index.ts';
import { evaluate } from '../../engine/plain/evaluate.ts';
import type { Terms } from '../objectives/terms.ts';
import type { CheckedFormula } from './check.ts';
import { asNumber, Compiler } from './compile.ts';
import { formulaFunctions } from './functions.ts';
import { printExpression } from './print.ts';
import type { Expression } from './syntax.ts';

/** The numbers of one token; logarithms in nats. */
export interface TokenNumbers {
  readonly logp: number;
  readonly oldLogp: number;
  readonly refLogp: number;
  readonly advantage: number;
  readonly reward: number;
  /** 1 where an expert wrote the completion, else 0. */
  readonly expert: number;
  readonly entropy: number;
  readonly klExact: number;
}

/** One number per token; null if it needs more than one completion's tokens: pairs, whole distributions. */
export type Amounts = readonly number[] | null;

export interface FormulaLine {
  /** The name that the line binds; null for the loss. */
  readonly name: string | null;
  /** The expression as text. */
  readonly text: string;
  /** The expression at one token, with numbers instead of names. */
  readonly withNumbers: (token: number, show: (value: number) => string) => string;
  readonly values: Amounts;
}

export interface Pull {
  /** -d loss / d log p of each token, where loss is the unweighted sum over the completion's tokens. */
  readonly values: readonly number[];
  /** Whether the loss also has gradients through entropy, exact divergence or distributions, not in `values`. */
  readonly leavesOut: boolean;
}

/** Values of the graph's inputs, by name. */
const readings: Readonly<Record<string, (token: TokenNumbers) => number>> = {
  logProbs: ({ logp }) => logp,
  oldLogProbs: ({ oldLogp }) => oldLogp,
  refLogProbs: ({ refLogp }) => refLogp,
  advantages: ({ advantage }) => advantage,
  rewards: ({ reward }) => reward,
  expert: ({ expert }) => expert,
  entropy: ({ entropy }) => entropy,
  klExact: ({ klExact }) => klExact,
  mask: () => 1,
};

/** Terms [1, length] as inputs; only those in `readings` are fed. */
function termsOf(length: number): Terms {
  const term = (name: string, ...rest: number[]): Value => input(name, [1, length, ...rest]);
  return {
    logProbs: term('logProbs'),
    oldLogProbs: term('oldLogProbs'),
    samplerLogProbs: term('samplerLogProbs'),
    refLogProbs: term('refLogProbs'),
    advantages: term('advantages'),
    rewards: term('rewards'),
    mask: term('mask'),
    selected: term('selected'),
    expert: term('expert'),
    logDistribution: term('logDistribution', 1),
    refLogDistribution: term('refLogDistribution', 1),
    entropy: term('entropy'),
    values: term('values'),
    oldValues: term('oldValues'),
    returns: term('returns'),
    setting: (id) => input(`setting.${id}`, []),
  };
}

class Completion {
  readonly terms: Terms;
  private readonly compiler: Compiler;
  private readonly feeds: Readonly<Record<string, readonly number[]>>;
  /** Values other than log-probabilities through which a loss can have a gradient. */
  private readonly others: readonly Value[];

  constructor(tokens: readonly TokenNumbers[], settings: Readonly<Record<string, number>>) {
    this.terms = termsOf(tokens.length);
    const { logDistribution, entropy } = this.terms;
    const names = Object.fromEntries(
      ['klExact', 'klExactForward'].map((name) => [name, input(name, [1, tokens.length])]),
    );
    // Never fed: only one completion of the pair is known, so that values that need both are null.
    const unknown = ([x]: readonly Value[]): Value => mul(x as Value, input('of the pair', [1, 1]));
    this.compiler = new Compiler(this.terms, { names, calls: { chosen: unknown, rejected: unknown } });
    this.others = [entropy, logDistribution, ...Object.values(names)];
    this.feeds = {
      ...Object.fromEntries(Object.entries(readings).map(([name, read]) => [name, tokens.map(read)])),
      ...Object.fromEntries(Object.entries(settings).map(([id, value]) => [`setting.${id}`, [value]])),
    };
  }

  line(name: string | null, expression: Expression): FormulaLine {
    const built = name === null ? this.compiler.build(expression) : this.compiler.bind(name, expression);
    return {
      name,
      text: printExpression(expression),
      withNumbers: (token, show) => printExpression(this.substituted(expression, token, show)),
      values: this.amounts(built),
    };
  }

  pull({ bindings, loss }: CheckedFormula): Pull | null {
    for (const { name, value } of bindings) this.compiler.bind(name, value);
    const total = reduceSum(this.onTokens(this.compiler.build(loss)));
    const [own, ...others] = evaluate(grad(total, [this.terms.logProbs, ...this.others]), this.feeds);
    if (!own) return null;
    const leavesOut = others.some((slopes) => slopes === null || slopes.some((slope) => slope !== 0));
    return { values: Array.from(own, (slope) => 0 - slope), leavesOut };
  }

  private onTokens(x: Value): Value {
    return expand(asNumber(x), this.terms.mask.shape);
  }

  private amounts(x: Value): Amounts {
    // [B, T, V] has no single number per token.
    if (x.shape.length === 3) return null;
    const [found] = evaluate([this.onTokens(x)], this.feeds);
    return found ? [...found] : null;
  }

  /** Calls with one result per completion become one number: their arguments at one token would not explain it. */
  private substituted(expression: Expression, token: number, show: (value: number) => string): Expression {
    const inner = (part: Expression) => this.substituted(part, token, show);
    const { kind } = expression;
    if (kind === 'name' || (kind === 'call' && formulaFunctions.get(expression.name)?.extent === 'completion')) {
      const value = this.amounts(this.compiler.build(expression))?.[token];
      return value === undefined
        ? expression
        : { kind: 'name', name: value < 0 ? `(${show(value)})` : show(value), span: expression.span };
    }
    if (kind === 'negation') return { ...expression, operand: inner(expression.operand) };
    if (kind === 'operation') return { ...expression, left: inner(expression.left), right: inner(expression.right) };
    return kind === 'call' ? { ...expression, args: expression.args.map(inner) } : expression;
  }
}

/** Every line with its values at the tokens of one completion; `settings` by id. */
export function formulaValues(
  { bindings, loss }: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): FormulaLine[] {
  const completion = new Completion(tokens, settings);
  return [...bindings.map(({ name, value }) => completion.line(name, value)), completion.line(null, loss)];
}

/** The pull at every token of one completion; null for pairs and other unknown inputs. `settings` by id. */
export const formulaPull = (
  formula: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): Pull | null => new Completion(tokens, settings).pull(formula);
