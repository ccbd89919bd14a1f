/** @file The functions that a formula may call: one table for the compiler, the help list and the editor. */
import {
  abs,
  clip,
  exp,
  log,
  logSigmoid,
  max,
  min,
  not,
  equal,
  reduceSum,
  sigmoid,
  sqrt,
  square,
  stopGradient,
  tanh,
  type Value,
  where,
} from '../../engine/graph/index.ts';
import { pairSide } from '../objectives/pairs.ts';
import { sequenceMean, sequenceSum } from '../objectives/sequence.ts';
import type { Terms } from '../objectives/terms.ts';
import type { Extent } from './names.ts';

export interface FormulaFunction {
  readonly name: string;
  /** Names of its arguments; the last may be repeated if `most` is larger. */
  readonly parameters: readonly string[];
  readonly most: number;
  /** One sentence. */
  readonly summary: string;
  /** Extent of its value; if absent, the largest extent among its arguments. */
  readonly extent?: Extent;
  /** Accepted extents of arguments, and the hint for others; if absent, all. */
  readonly takes?: { readonly extents: readonly Extent[]; readonly otherwise: string };
  /** Indices of arguments that may be booleans; others are converted to numbers. */
  readonly truths?: readonly number[];
  /** Indices of arguments through which the gradient flows; if absent, all. */
  readonly learnsThrough?: readonly number[];
  /** Only for algorithms over pairs. */
  readonly needsPairs?: true;
  build(args: readonly Value[], terms: Pick<Terms, 'mask'>): Value;
}

const elementwise = (name: string, summary: string, build: (x: Value) => Value): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  build: ([x]) => build(x as Value),
});

const overTokens = (name: string, summary: string, build: typeof sequenceSum): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  extent: 'completion',
  build: ([x], terms) => build(x as Value, terms),
  takes: { extents: ['number', 'completion', 'token'], otherwise: 'Fold the vocabulary first, with sumVocabulary.' },
});

const ofPair = (name: 'chosen' | 'rejected', summary: string): FormulaFunction => ({
  name,
  parameters: ['x'],
  most: 1,
  summary,
  extent: 'completion',
  needsPairs: true,
  build: ([x], terms) => pairSide(x as Value, name, terms),
  takes: {
    extents: ['number', 'completion'],
    otherwise: 'The two completions differ in length; take the sum or the mean over their tokens first.',
  },
});

/** A minimum or maximum of two or more arguments. */
const extreme = (name: string, summary: string, of: (a: Value, b: Value) => Value): FormulaFunction => ({
  name,
  parameters: ['a', 'b'],
  most: 8,
  summary,
  build: (args) => args.reduce((a, b) => of(a, b)),
});

const truth = (x: Value): Value => (x.dtype === 'bool' ? x : not(equal(x, 0)));

const list: readonly FormulaFunction[] = [
  elementwise('exp', 'e to the power of x.', exp),
  elementwise('log', 'Natural logarithm; x must be positive.', log),
  elementwise('sqrt', 'Square root; x must not be negative.', sqrt),
  elementwise('square', 'x times x.', square),
  elementwise('abs', 'x without its sign.', abs),
  elementwise('sigmoid', '1 / (1 + exp(-x)).', sigmoid),
  elementwise('logsigmoid', 'log(sigmoid(x)), without overflow.', logSigmoid),
  elementwise('tanh', 'Hyperbolic tangent.', tanh),
  extreme('min', 'The smallest of two or more.', min),
  extreme('max', 'The largest of two or more.', max),
  {
    name: 'clip',
    parameters: ['x', 'low', 'high'],
    most: 3,
    summary: 'x kept between low and high; outside, its gradient is cut.',
    build: ([x, low, high]) => clip(x as Value, low as Value, high as Value),
  },
  {
    name: 'where',
    parameters: ['condition', 'a', 'b'],
    most: 3,
    summary: 'a where the condition holds (is not 0), else b.',
    truths: [0],
    learnsThrough: [1, 2],
    build: ([condition, a, b]) => where(truth(condition as Value), a as Value, b as Value),
  },
  {
    name: 'sg',
    parameters: ['x'],
    most: 1,
    summary: 'The same number, but no gradient flows through it (stop gradient).',
    learnsThrough: [],
    build: ([x]) => stopGradient(x as Value),
  },
  overTokens('sum', 'Sum over the tokens of the completion.', sequenceSum),
  overTokens('mean', 'Mean over the tokens of the completion.', sequenceMean),
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
  ofPair('chosen', 'That of the preferred completion of the pair.'),
  ofPair('rejected', 'That of the other completion of the pair.'),
];

export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = new Map(list.map((entry) => [entry.name, entry]));

/** The call with its parameters, as in a text. */
export const signature = ({ name, parameters, most }: FormulaFunction): string =>
  `${name}(${parameters.join(', ')}${most > parameters.length ? ', …' : ''})`;
