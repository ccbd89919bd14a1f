/** @file The functions that a formula may call: one table for the compiler, the help list and the editor. */
import {
  abs,
  clip,
  exp,
  expand,
  log,
  logSigmoid,
  max,
  min,
  not,
  equal,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  sqrt,
  square,
  stopGradient,
  tanh,
  type Value,
  where,
} from '../../engine/graph/index.ts';
import { sequenceMean, sequenceSum } from '../objectives/sequence.ts';
import type { Terms } from '../objectives/terms.ts';
import type { Extent } from './names.ts';

export interface FormulaFunction {
  readonly name: string;
  /** What it takes, by name; the last may be repeated where `most` is larger. */
  readonly parameters: readonly string[];
  readonly most: number;
  /** One sentence. */
  readonly summary: string;
  /** What it gives; where absent, as much as the largest of what it takes. */
  readonly extent?: Extent;
  /** What it can be given, and what to do with the rest; where absent, anything. */
  readonly takes?: { readonly extents: readonly Extent[]; readonly otherwise: string };
  /** Arguments that may be true or false; the others are given as numbers. */
  readonly truths?: readonly number[];
  /** Which of the arguments the gradient flows through; where absent, all. */
  readonly learnsThrough?: readonly number[];
  /** Only where rows come in pairs. */
  readonly needsPairs?: true;
  build(args: readonly Value[], terms: Pick<Terms, 'mask'>): Value;
  /** The same on plain numbers, token by token. */
  readonly apply?: (...args: readonly number[]) => number;
  /**
   * How fast `apply` grows with each argument there; what neither `apply` nor `fold` tells has none. A tie is shared,
   * as in the graph.
   */
  readonly slopes?: (...args: readonly number[]) => readonly number[];
  /** The same over the numbers of all tokens of a completion; linear in them. */
  readonly fold?: (values: readonly number[]) => number;
}

const elementwise = (
  name: string,
  summary: string,
  build: (x: Value) => Value,
  apply: (x: number) => number,
  slope: (x: number) => number,
): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  build: ([x]) => build(x as Value),
  apply: (x = NaN) => apply(x),
  slopes: (x = NaN) => [slope(x)],
});

const sigmoidNumber = (x: number): number => 1 / (1 + Math.exp(-x));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const overTokens = (
  name: string,
  summary: string,
  build: typeof sequenceSum,
  fold: (values: readonly number[]) => number,
): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  extent: 'completion',
  build: ([x], terms) => build(x as Value, terms),
  fold,
  takes: { extents: ['number', 'completion', 'token'], otherwise: 'Fold the vocabulary first, with sumVocabulary.' },
});

/** One side of each pair, laid on both of its rows, [B, 1]: even rows are chosen, odd rows rejected. */
const side =
  (row: 0 | 1) =>
  ([x]: readonly Value[], { mask }: Pick<Terms, 'mask'>): Value => {
    const rows = mask.shape[0] as number;
    const sides = reshape(expand(x as Value, [rows, 1]), [rows / 2, 2]);
    return reshape(expand(slice(sides, 1, row, row + 1), [rows / 2, 2]), [rows, 1]);
  };

const ofPair = (name: string, summary: string, row: 0 | 1): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  extent: 'completion',
  needsPairs: true,
  build: side(row),
  takes: {
    extents: ['number', 'completion'],
    otherwise: 'The two completions differ in length; take the sum or the mean over their tokens first.',
  },
});

const extreme = (
  name: string,
  summary: string,
  of: (a: Value, b: Value) => Value,
  apply: (...values: readonly number[]) => number,
): FormulaFunction => ({
  name,
  parameters: ['a', 'b'],
  most: 8,
  summary,
  build: (args) => args.reduce((a, b) => of(a, b)),
  apply,
  // Compared one after the other.
  slopes: (first = NaN, ...rest) => {
    let [best, shares] = [first, [1]];
    for (const value of rest) {
      const kept = value === best ? 0.5 : Number(apply(best, value) === best);
      shares = [...shares.map((share) => share * kept), 1 - kept];
      best = apply(best, value);
    }
    return shares;
  },
});

const truth = (x: Value): Value => (x.dtype === 'bool' ? x : not(equal(x, 0)));

const list: readonly FormulaFunction[] = [
  elementwise('exp', 'e to the power of x.', exp, Math.exp, Math.exp),
  elementwise('log', 'Natural logarithm; x must be positive.', log, Math.log, (x) => 1 / x),
  elementwise('sqrt', 'Square root; x must not be negative.', sqrt, Math.sqrt, (x) => 0.5 / Math.sqrt(x)),
  elementwise(
    'square',
    'x times x.',
    square,
    (x) => x * x,
    (x) => 2 * x,
  ),
  elementwise('abs', 'x without its sign.', abs, Math.abs, Math.sign),
  elementwise('sigmoid', '1 / (1 + exp(-x)).', sigmoid, sigmoidNumber, (x) => sigmoidNumber(x) * sigmoidNumber(-x)),
  elementwise(
    'logsigmoid',
    'log(sigmoid(x)), without overflow.',
    logSigmoid,
    (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
    (x) => sigmoidNumber(-x),
  ),
  elementwise('tanh', 'Hyperbolic tangent.', tanh, Math.tanh, (x) => 1 - Math.tanh(x) ** 2),
  extreme('min', 'The smallest of two or more.', min, Math.min),
  extreme('max', 'The largest of two or more.', max, Math.max),
  {
    name: 'clip',
    parameters: ['x', 'low', 'high'],
    most: 3,
    summary: 'x kept between low and high; outside, its gradient is cut.',
    build: ([x, low, high]) => clip(x as Value, low as Value, high as Value),
    apply: (x = NaN, low = NaN, high = NaN) => Math.min(Math.max(x, low), high),
    slopes: (x = NaN, low = NaN, high = NaN) => (Math.max(x, low) > high ? [0, 0, 1] : x < low ? [0, 1, 0] : [1, 0, 0]),
  },
  {
    name: 'where',
    parameters: ['condition', 'a', 'b'],
    most: 3,
    summary: 'a where the condition holds (is not 0), else b.',
    truths: [0],
    learnsThrough: [1, 2],
    build: ([condition, a, b]) => where(truth(condition as Value), a as Value, b as Value),
    apply: (condition = NaN, a = NaN, b = NaN) => (condition === 0 ? b : a),
    slopes: (condition = NaN) => (condition === 0 ? [0, 0, 1] : [0, 1, 0]),
  },
  {
    name: 'sg',
    parameters: ['x'],
    most: 1,
    summary: 'The same number, but no gradient flows through it (stop gradient).',
    learnsThrough: [],
    build: ([x]) => stopGradient(x as Value),
    apply: (x = NaN) => x,
    slopes: () => [0],
  },
  overTokens('sum', 'Sum over the tokens of the completion.', sequenceSum, total),
  overTokens(
    'mean',
    'Mean over the tokens of the completion.',
    sequenceMean,
    (values) => total(values) / Math.max(1, values.length),
  ),
  {
    name: 'sumVocabulary',
    parameters: ['x'],
    most: 1,
    summary: 'Sum over the vocabulary, for expressions over logDistribution.',
    extent: 'token',
    takes: {
      extents: ['vocabulary'],
      otherwise: 'It folds what has a number for each entry of the vocabulary, such as logDistribution.',
    },
    build: ([x]) => reduceSum(x as Value, { axes: -1 }),
  },
  ofPair('chosen', 'That of the preferred completion of the pair.', 0),
  ofPair('rejected', 'That of the other completion of the pair.', 1),
];

export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = new Map(list.map((entry) => [entry.name, entry]));

/** As a person would write the call. */
export const signature = ({ name, parameters, most }: FormulaFunction): string =>
  `${name}(${parameters.join(', ')}${most > parameters.length ? ', …' : ''})`;
