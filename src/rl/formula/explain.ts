/**
 * @file A formula with the numbers of one completion: the value of each line at every token, and the pull of the loss
 * at each. The graph of the formula and its derivative, evaluated on plain numbers.
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

/** One number a token; null where the tokens' numbers do not tell it: pairs, whole distributions. */
export type Amounts = readonly number[] | null;

export interface FormulaLine {
  /** The name that the line gives a value to; null for the loss. */
  readonly name: string | null;
  /** As it is written, without its name. */
  readonly text: string;
  /** The same at one token, with numbers for names. */
  readonly withNumbers: (token: number, show: (value: number) => string) => string;
  readonly values: Amounts;
}

export interface Pull {
  /** One a token: -d loss / d log p, the losses of the completion's tokens added up without their weights. */
  readonly values: readonly number[];
  /** The loss also learns through entropies, exact divergences or distributions, which are left out. */
  readonly leavesOut: boolean;
}

/** By the name of the graph's input. */
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

/** The terms of a completion of that many tokens as inputs, of which `readings` are fed. */
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
  /** Values through which a loss learns beside the tokens' log-probabilities. */
  private readonly others: readonly Value[];

  constructor(tokens: readonly TokenNumbers[], settings: Readonly<Record<string, number>>) {
    this.terms = termsOf(tokens.length);
    const { logDistribution, entropy } = this.terms;
    const names = Object.fromEntries(
      ['klExact', 'klExactForward'].map((name) => [name, input(name, [1, tokens.length])]),
    );
    // The other completion of a pair is not known.
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
    // A number for each entry of the vocabulary is none for a token.
    if (x.shape.length === 3) return null;
    const [found] = evaluate([this.onTokens(x)], this.feeds);
    return found ? [...found] : null;
  }

  /** A sum over all tokens is written as a whole; its parts at one token would not explain it. */
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

/** Every line with its values for the tokens of one completion; `settings` by id. */
export function formulaValues(
  { bindings, loss }: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): FormulaLine[] {
  const completion = new Completion(tokens, settings);
  return [...bindings.map(({ name, value }) => completion.line(name, value)), completion.line(null, loss)];
}

/** The pull at every token of one completion; null where its numbers do not tell it, as in pairs. `settings` by id. */
export const formulaPull = (
  formula: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): Pull | null => new Completion(tokens, settings).pull(formula);
