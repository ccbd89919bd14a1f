/**
 * @file Every operator with inputs and expected numbers from plain loops: the table that the engine's tests iterate
 * over.
 */
import * as g from '../../src/engine/graph/index.ts';
import { linearSamples } from './linearSamples.ts';
import type { OperatorSample } from './operatorSample.ts';
import { at, each, erf, lines, pairs, sum, tabulate } from './plainLoops.ts';

const m: g.Shape = [2, 3];
const positive = [0.3, 2] as const;
const forwardOnly = { gradient: 'none' } as const;
const extremes = { shapes: [[5]], at: [[-100, -1, 0, 1, 80]], ...forwardOnly };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const logSumExp = (line: readonly number[]): number => {
  const top = Math.max(...line);
  return top + Math.log(sum(line.map((x) => Math.exp(x - top))));
};

const ramp = (n: number): g.Value =>
  g.constant(
    Array.from({ length: n }, (_, i) => i + 1),
    [n],
  );
const doubledWhere = (f: (x: number) => boolean) => each((x) => (f(x) ? 2 * x : x));

const elementwise = {
  neg: [{ shapes: [m], build: g.neg, expected: each((x) => -x) }],
  exp: [{ shapes: [m], build: g.exp, expected: each(Math.exp) }],
  log: [{ shapes: [m], build: g.log, expected: each(Math.log), range: positive }],
  sqrt: [
    { shapes: [m], build: g.sqrt, expected: each(Math.sqrt), range: positive },
    { shapes: [[2]], build: g.sqrt, expected: each(Math.sqrt), at: [[0, 4]], ...forwardOnly },
  ],
  reciprocal: [
    { shapes: [m], build: g.reciprocal, expected: each((x) => 1 / x), range: positive },
    { shapes: [m], build: g.reciprocal, expected: each((x) => 1 / x), range: [-2, -0.3] },
  ],
  sigmoid: [
    { shapes: [m], build: g.sigmoid, expected: each(sigmoid) },
    { ...extremes, build: g.sigmoid, expected: each(sigmoid) },
  ],
  tanh: [
    { shapes: [m], build: g.tanh, expected: each(Math.tanh) },
    { ...extremes, build: g.tanh, expected: each(Math.tanh) },
  ],
  abs: [
    { shapes: [m], build: g.abs, expected: each(Math.abs), range: positive },
    { shapes: [m], build: g.abs, expected: each(Math.abs), range: [-2, -0.3] },
    { shapes: [[1]], build: g.abs, expected: each(Math.abs), at: [[0]], gradient: [[0]] },
  ],
  erf: [{ shapes: [m], build: g.erf, expected: each(erf), float32: true }],
  sin: [{ shapes: [m], build: g.sin, expected: each(Math.sin) }],
  cos: [{ shapes: [m], build: g.cos, expected: each(Math.cos) }],
  relu: [
    { shapes: [m], build: g.relu, expected: each((x) => x), range: positive },
    { shapes: [m], build: g.relu, expected: each(() => 0), range: [-2, -0.3] },
    { shapes: [[1]], build: g.relu, expected: each(() => 0), at: [[0]], gradient: [[0]] },
  ],
  softplus: [
    { shapes: [m], build: g.softplus, expected: each(softplus) },
    { ...extremes, build: g.softplus, expected: each(softplus) },
  ],
  silu: [
    { shapes: [m], build: g.silu, expected: each((x) => x * sigmoid(x)) },
    { ...extremes, build: g.silu, expected: each((x) => x * sigmoid(x)) },
  ],
  floor: [
    {
      shapes: [[5]],
      build: g.floor,
      expected: each(Math.floor),
      at: [[1.4, -0.2, 2, -3, 0]],
      gradient: [[0, 0, 0, 0, 0]],
    },
  ],
  add: [{ shapes: [m, [3]], build: g.add, expected: pairs(m, (a, b) => a + b) }],
  sub: [
    { shapes: [m, [2, 1]], build: g.sub, expected: pairs(m, (a, b) => a - b) },
    { shapes: [[2, 1], [3]], build: g.sub, expected: pairs(m, (a, b) => a - b) },
  ],
  mul: [
    { shapes: [m, [3]], build: g.mul, expected: pairs(m, (a, b) => a * b) },
    { shapes: [m, []], build: g.mul, expected: pairs(m, (a, b) => a * b) },
  ],
  div: [{ shapes: [m, [3]], build: g.div, expected: pairs(m, (a, b) => a / b), range: positive }],
  min: [
    { shapes: [m, [3]], build: g.min, expected: pairs(m, Math.min) },
    { shapes: [[1], [1]], build: g.min, expected: () => [2], at: [[2], [2]], gradient: [[0.5], [0.5]] },
  ],
  max: [
    { shapes: [m, [3]], build: g.max, expected: pairs(m, Math.max) },
    { shapes: [[1], [1]], build: g.max, expected: () => [2], at: [[2], [2]], gradient: [[0.5], [0.5]] },
  ],
} satisfies Partial<Record<g.Op, readonly OperatorSample[]>>;

/** The output of a comparison shows in the branch taken; the second sample has a tie. */
const comparison = (
  compare: (a: g.Operand, b: g.Operand) => g.Value,
  truth: (a: number, b: number) => boolean,
): OperatorSample[] => [
  { shapes: [m], build: (x) => g.where(compare(x, 0), g.mul(x, 2), x), expected: doubledWhere((x) => truth(x, 0)) },
  {
    shapes: [[3], [3]],
    build: (a, b) => g.cast(compare(a, b), 'float'),
    expected: pairs([3], (a, b) => (truth(a, b) ? 1 : 0)),
    at: [
      [1, 2, 3],
      [2, 2, 2],
    ],
    gradient: [
      [0, 0, 0],
      [0, 0, 0],
    ],
  },
];

const logic = {
  equal: comparison(g.equal, (a, b) => a === b),
  less: comparison(g.less, (a, b) => a < b),
  greater: comparison(g.greater, (a, b) => a > b),
  lessOrEqual: comparison(g.lessOrEqual, (a, b) => a <= b),
  greaterOrEqual: comparison(g.greaterOrEqual, (a, b) => a >= b),
  and: [
    {
      shapes: [m],
      build: (x) => g.where(g.and(g.greater(x, -0.5), g.less(x, 0.5)), g.mul(x, 2), x),
      expected: doubledWhere((x) => x > -0.5 && x < 0.5),
    },
  ],
  not: [
    {
      shapes: [m],
      build: (x) => g.where(g.not(g.greater(x, 0)), g.mul(x, 2), x),
      expected: doubledWhere((x) => x <= 0),
    },
  ],
  where: [
    {
      shapes: [m, [3]],
      build: (a, b) => g.where(g.less(a, 0.1), a, b),
      expected: pairs(m, (a, b) => (a < 0.1 ? a : b)),
    },
  ],
  cast: [
    { shapes: [m], build: (x) => g.mul(x, g.cast(g.greater(x, 0), 'float')), expected: each((x) => Math.max(x, 0)) },
    {
      shapes: [[4]],
      build: (x) => g.cast(g.cast(x, 'int'), 'float'),
      expected: () => [1, 0, -1, 3],
      at: [[1.7, -0.3, -1.9, 3]],
      gradient: [[0, 0, 0, 0]],
    },
  ],
} satisfies Partial<Record<g.Op, readonly OperatorSample[]>>;

const reductions = {
  reduceSum: [
    {
      shapes: [[2, 3, 2]],
      build: (x) => g.reduceSum(x, { axes: [0, 2] }),
      expected: (x) => lines({ shape: [2, 3], data: lines(x, 2, sum) }, 0, sum),
    },
    { shapes: [m], build: (x) => g.reduceSum(x), expected: (x) => [sum(x.data)] },
  ],
  reduceMean: [
    {
      shapes: [[2, 3, 2]],
      build: (x) => g.reduceMean(x, { axes: 1, keepDims: true }),
      expected: (x) => lines(x, 1, (line) => sum(line) / 3),
    },
  ],
  reduceMax: [
    {
      shapes: [m],
      build: (x) => g.reduceMax(x, { axes: 1 }),
      expected: (x) => lines(x, 1, (line) => Math.max(...line)),
    },
    { shapes: [[3]], build: (x) => g.reduceMax(x), expected: () => [4], at: [[1, 4, 4]], gradient: [[0, 0.5, 0.5]] },
  ],
  reduceMin: [
    {
      shapes: [m],
      build: (x) => g.reduceMin(x, { axes: 0 }),
      expected: (x) => lines(x, 0, (line) => Math.min(...line)),
    },
    { shapes: [[3]], build: (x) => g.reduceMin(x), expected: () => [1], at: [[1, 1, 4]], gradient: [[0.5, 0.5, 0]] },
  ],
  reduceLogSumExp: [
    { shapes: [m], build: (x) => g.reduceLogSumExp(x, { axes: 1 }), expected: (x) => lines(x, 1, logSumExp) },
    {
      shapes: [m],
      build: (x) => g.reduceLogSumExp(x, { axes: 1 }),
      expected: (x) => lines(x, 1, logSumExp),
      at: [[500, 500, 499, -500, -501, -500]],
      ...forwardOnly,
    },
  ],
  softmax: [
    {
      shapes: [[2, 3, 2]],
      build: (x) => g.softmax(x, 1),
      expected: (x) => {
        const total = { shape: [2, 1, 2], data: lines(x, 1, logSumExp) };
        return tabulate(x.shape, (i) => Math.exp(at(x, i) - at(total, i)));
      },
    },
    {
      shapes: [[4]],
      build: (x) => g.softmax(x),
      expected: () => [0.5, 0.5, 0, 0],
      at: [[500, 500, 100, -1e9]],
      ...forwardOnly,
    },
  ],
  cumSum: [
    {
      shapes: [m],
      build: (x) => g.cumSum(x),
      expected: (x) =>
        tabulate(m, ([i, j]) => sum(x.data.slice((i as number) * 3, (i as number) * 3 + (j as number) + 1))),
    },
    {
      shapes: [m],
      build: (x) => g.cumSum(x, 0, true),
      expected: (x) => tabulate(m, ([i, j]) => (i === 0 ? at(x, [0, j as number]) : 0) + at(x, [1, j as number])),
    },
  ],
} satisfies Partial<Record<g.Op, readonly OperatorSample[]>>;

const layouts = {
  reshape: [
    {
      shapes: [m],
      build: (x) => g.mul(g.reshape(x, [3, -1]), ramp(2)),
      expected: (x) => x.data.map((v, i) => v * (1 + (i % 2))),
    },
  ],
  transpose: [
    {
      shapes: [[2, 3, 4]],
      build: (x) => g.mul(g.transpose(x, [2, 0, 1]), ramp(3)),
      expected: (x) =>
        tabulate([4, 2, 3], ([k, i, j]) => at(x, [i as number, j as number, k as number]) * (1 + (j as number))),
    },
    {
      shapes: [m],
      build: (x) => g.mul(g.transpose(x), ramp(2)),
      expected: (x) => tabulate([3, 2], ([j, i]) => at(x, [i as number, j as number]) * (1 + (i as number))),
    },
  ],
  expand: [
    {
      shapes: [[2, 1]],
      build: (x) => g.mul(g.expand(x, [4, 2, 3]), ramp(3)),
      expected: (x) => tabulate([4, 2, 3], (i) => at(x, i) * (1 + (i[2] as number))),
    },
  ],
  concat: [
    {
      shapes: [m, [2, 1]],
      build: (a, b) => g.mul(g.concat([a, b, a], 1), ramp(7)),
      expected: (a, b) =>
        tabulate([2, 7], ([i, j]) => {
          const [row, column] = [i as number, j as number];
          return (column === 3 ? at(b, [row, 0]) : at(a, [row, column % 4])) * (1 + column);
        }),
    },
  ],
  slice: [
    {
      shapes: [[2, 5]],
      build: (x) => g.slice(x, 1, 1, 3),
      expected: (x) => tabulate([2, 2], ([i, j]) => at(x, [i as number, (j as number) + 1])),
    },
    {
      shapes: [[2, 3]],
      build: (x) => g.cast(g.slice(g.cast(x, 'int'), 1, 1, 3), 'float'),
      expected: () => [2, 3, 5, 6],
      at: [[1, 2, 3, 4, 5, 6]],
      gradient: [[0, 0, 0, 0, 0, 0]],
    },
  ],
  pad: [
    {
      shapes: [m],
      build: (x) => g.mul(g.pad(x, 1, 2, 1), ramp(6)),
      expected: (x) =>
        tabulate([2, 6], ([i, j]) => {
          const column = (j as number) - 2;
          return column >= 0 && column < 3 ? at(x, [i as number, column]) * (1 + (j as number)) : 0;
        }),
    },
    { shapes: [m], build: (x) => g.pad(x, 0, 0, 2), expected: (x) => [...x.data, 0, 0, 0, 0, 0, 0] },
  ],
  gather: [
    {
      shapes: [[4, 3]],
      build: (x) => g.mul(g.gather(x, g.constant([1, 3, 1], [3], 'int')), g.constant([1, 2, 3], [3, 1])),
      expected: (x) =>
        tabulate([3, 3], ([i, j]) => at(x, [[1, 3, 1][i as number] as number, j as number]) * (1 + (i as number))),
    },
    {
      shapes: [[3, 2]],
      build: (x) => g.gather(x, g.constant([2, 0, 0, 1], [2, 2], 'int'), g.constant([0, 1, 2], [3, 1], 'int')),
      expected: (x) =>
        tabulate([2, 2, 2], ([i, j, k]) =>
          at(x, [[2, 0, 0, 1][2 * (i as number) + (j as number)] as number, k as number]),
        ),
    },
  ],
  gatherElements: [
    {
      shapes: [[2, 3]],
      build: (x) => g.gatherElements(x, g.constant([2, 0, 0, 1], [2, 2], 'int')),
      expected: (x) => [at(x, [0, 2]), at(x, [0, 0]), at(x, [1, 0]), at(x, [1, 1])],
      gradient: 'none',
    },
    {
      shapes: [[2, 3]],
      build: (x) => g.gatherElements(x, g.argMax(x)),
      expected: (x) => [0, 1].map((i) => Math.max(...x.data.slice(3 * i, 3 * i + 3))),
      gradient: 'none',
    },
  ],
  argMax: [
    {
      shapes: [[3, 4]],
      build: (x) => g.cast(g.argMax(x), 'float'),
      expected: () => [1, 0, 3],
      at: [[0, 2, 2, 1, 5, -1, 5, 5, -3, -2, -4, -1]],
      gradient: [Array.from({ length: 12 }, () => 0)],
    },
  ],
} satisfies Partial<Record<g.Op, readonly OperatorSample[]>>;

/** At least one sample of every operator. */
export const operatorSamples: { readonly [O in g.Op]: readonly OperatorSample[] } = {
  input: [{ shapes: [m], build: (x) => g.mul(x, 2), expected: each((x) => 2 * x) }],
  constant: [
    {
      shapes: [m],
      build: (x) => g.add(x, g.constant([1, 2, 3], [3])),
      expected: (x) => tabulate(m, (i) => at(x, i) + 1 + (i[1] as number)),
    },
    {
      shapes: [[1]],
      build: (x) => g.mul(x, g.cast(g.constant([7, -2], [2], 'int'), 'float')),
      expected: (x) => [7 * at(x, [0]), -2 * at(x, [0])],
    },
  ],
  stopGradient: [
    { shapes: [m], build: (x) => g.stopGradient(x), expected: each((x) => x), gradient: [[0, 0, 0, 0, 0, 0]] },
  ],
  ...elementwise,
  ...logic,
  ...reductions,
  ...layouts,
  ...linearSamples,
};
