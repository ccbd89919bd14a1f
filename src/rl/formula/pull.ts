/**
 * @file How the loss of a completion pulls at each of its tokens: the derivative of its formula in the
 * log-probabilities. Plain numbers, no graph.
 */
import type { CheckedFormula } from './check.ts';
import { formulaFunctions } from './functions.ts';
import { formulaNames, type TokenNumbers } from './names.ts';
import type { Expression } from './syntax.ts';
import { type Amounts, Evaluator } from './values.ts';

export interface Pull {
  /** One a token: -d loss / d log p, the losses of the completion's tokens added up without their weights. */
  readonly values: readonly number[];
  /**
   * The loss also learns through entropies or exact divergences; what they add is a matter of whole distributions and
   * is left out.
   */
  readonly leavesOut: boolean;
}

const isFlat = (slopes: Amounts): boolean => slopes?.every((slope) => slope === 0) ?? false;

/**
 * How everything in a formula grows with the log-probability of one token of the completion: forward differentiation.
 */
class Slopes {
  leavesOut = false;
  private readonly named = new Map<string, Amounts>();
  private readonly none: readonly number[];

  constructor(
    private readonly values: Evaluator,
    private readonly tokens: readonly TokenNumbers[],
    private readonly place: number,
  ) {
    this.none = tokens.map(() => 0);
  }

  bind(name: string, value: Expression): void {
    this.named.set(name, this.of(value));
  }

  /** At every token; null where single tokens do not tell it. */
  of(expression: Expression): Amounts {
    switch (expression.kind) {
      case 'number':
        return this.none;
      case 'name':
        return this.name(expression.name);
      case 'negation':
        return this.of(expression.operand)?.map((slope) => 0 - slope) ?? null;
      case 'call':
        return this.call(expression);
      case 'operation':
        return this.operation(expression);
    }
  }

  private name(name: string): Amounts {
    const given = this.named.get(name);
    if (given !== undefined) return given;
    const term = formulaNames.get(name);
    if (!term?.learns) return this.none;
    const { slope } = term;
    if (!slope) this.leavesOut = true;
    return slope ? this.tokens.map((token, t) => (t === this.place ? slope(token) : 0)) : this.none;
  }

  private call({ name, args }: Expression & { readonly kind: 'call' }): Amounts {
    const { learnsThrough, slopes, fold } = formulaFunctions.get(name) ?? {};
    const inner = args.map((arg, i) => (learnsThrough && !learnsThrough.includes(i) ? this.none : this.of(arg)));
    if (inner.every(isFlat)) return this.none;
    if (fold) {
      const folded = inner[0] && fold(inner[0]);
      return folded === undefined || folded === null ? null : this.tokens.map(() => folded);
    }
    const amounts = args.map((arg) => this.values.amounts(arg));
    if (!slopes || inner.includes(null) || amounts.includes(null)) return null;
    const column = (lists: readonly Amounts[], t: number): number[] => lists.map((list) => list?.[t] ?? NaN);
    return this.tokens.map((_, t) => {
      const along = slopes(...column(amounts, t));
      return column(inner, t).reduce((sum, slope, i) => sum + times(slope, along[i] ?? NaN), 0);
    });
  }

  private operation({ operator, left, right }: Expression & { readonly kind: 'operation' }): Amounts {
    const [a, b] = [this.of(left), this.of(right)];
    if (a === null || b === null) return null;
    if (operator === '+') return a.map((slope, t) => slope + (b[t] ?? NaN));
    if (operator === '-') return a.map((slope, t) => slope - (b[t] ?? NaN));
    if (!(operator in factors) || (isFlat(a) && isFlat(b))) return this.none;
    const [x, y] = [this.values.amounts(left), this.values.amounts(right)];
    if (!x || !y) return null;
    const along = factors[operator as keyof typeof factors];
    return a.map((slope, t) => {
      const [byLeft, byRight] = along(x[t] ?? NaN, y[t] ?? NaN);
      return times(slope, byLeft) + times(b[t] ?? NaN, byRight);
    });
  }
}

/** What does not move adds nothing, however steep it is there. */
const times = (slope: number, along: number): number => (slope === 0 ? 0 : slope * along);

/** How fast an operation grows with its left and its right side. */
const factors = {
  '*': (a: number, b: number) => [b, a],
  '/': (a: number, b: number) => [1 / b, (0 - a) / b ** 2],
  '^': (a: number, b: number) => [b * a ** (b - 1), a ** b * Math.log(a)],
} satisfies Record<string, (a: number, b: number) => readonly [number, number]>;

/**
 * The pull at every token of one completion; null where single tokens do not tell it, as in pairs. `settings` by id.
 */
export function formulaPull(
  { bindings, loss }: CheckedFormula,
  tokens: readonly TokenNumbers[],
  settings: Readonly<Record<string, number>>,
): Pull | null {
  const values = new Evaluator(tokens, settings);
  for (const { name, value } of bindings) values.line(name, value);
  let leavesOut = false;
  const pulls: number[] = [];
  for (const place of tokens.keys()) {
    const slopes = new Slopes(values, tokens, place);
    for (const { name, value } of bindings) slopes.bind(name, value);
    const along = slopes.of(loss);
    if (!along) return null;
    leavesOut ||= slopes.leavesOut;
    pulls.push(0 - along.reduce((sum, slope) => sum + slope, 0));
  }
  return { values: pulls, leavesOut };
}
