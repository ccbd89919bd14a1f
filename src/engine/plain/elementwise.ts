/** @file Operators that act on each element, on plain numbers. */
import { type BinaryOp, type CompareOp, type Node, type Shape, sizeOf, type UnaryOp } from '../graph/index.ts';
import { broadcastOffsets, pick } from './offsets.ts';
import { type Numbers, output, type PlainRules } from './rule.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** erf by its Maclaurin series near 0, else by the continued fraction of erfc (Abramowitz and Stegun, 7.1.5, 7.1.14). */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 3) {
    let fraction = 0;
    for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
    return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
  }
  let [term, total] = [x, x];
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const unary: Readonly<Record<UnaryOp, (x: number) => number>> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  reciprocal: (x) => 1 / x,
  sigmoid,
  tanh: Math.tanh,
  abs: Math.abs,
  erf,
  sin: Math.sin,
  cos: Math.cos,
  relu: (x) => Math.max(x, 0),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  silu: (x) => x * sigmoid(x),
  floor: Math.floor,
};

const binary: Readonly<Record<BinaryOp | CompareOp | 'and', (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  equal: (a, b) => Number(a === b),
  less: (a, b) => Number(a < b),
  greater: (a, b) => Number(a > b),
  lessOrEqual: (a, b) => Number(a <= b),
  greaterOrEqual: (a, b) => Number(a >= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
};

const alike = (f: (x: number) => number) => (_: Node, inputs: readonly Numbers[]) => [
  (inputs[0] as Numbers).data.map(f),
];

/** The elements of an input, repeated to the shape of the output. */
function repeated({ shape, data }: Numbers, to: Shape): Float64Array {
  const size = sizeOf(to);
  if (data.length === size) return data;
  return data.length === 1 ? new Float64Array(size).fill(data[0] as number) : pick(data, broadcastOffsets(shape, to));
}

/** f over up to three inputs that are broadcast to the shape of the output. */
const broadcast =
  (f: (a: number, b: number, c: number) => number) =>
  (node: Node, inputs: readonly Numbers[]): Float64Array[] => {
    const [a, b, c] = inputs.map((x) => repeated(x, output(node).shape)) as [Float64Array, Float64Array, Float64Array?];
    return [a.map((x, i) => f(x, b[i] as number, c?.[i] ?? NaN))];
  };

const mapped = <K extends string, F, R>(table: Readonly<Record<K, F>>, rule: (f: F) => R) =>
  Object.fromEntries(Object.entries<F>(table).map(([op, f]) => [op, rule(f)])) as Record<K, R>;

/** The nearest number with 11 significant bits, ties to even; beyond 65504 infinite. */
function toHalf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(x)))) - 10);
  const whole = Math.floor(x / step);
  const rest = x / step - whole;
  const rounded = step * (rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole);
  return Math.abs(rounded) > 65504 ? Math.sign(x) * Infinity : rounded;
}

const casts = {
  float: (x: number) => x,
  half: toHalf,
  int: Math.trunc,
  int64: Math.trunc,
  bool: (x: number) => Number(x !== 0),
  uint8: Math.trunc,
};

export const elementwiseRules: PlainRules<
  UnaryOp | BinaryOp | CompareOp | 'and' | 'not' | 'where' | 'cast' | 'stopGradient'
> = {
  ...mapped(unary, alike),
  ...mapped(binary, broadcast),
  div: (node, inputs) => {
    const [quotients] = broadcast((a, b) => a / b)(node, inputs) as [Float64Array];
    return [output(node).dtype === 'int' ? quotients.map(Math.trunc) : quotients];
  },
  not: alike((x) => Number(x === 0)),
  where: broadcast((condition, a, b) => (condition === 0 ? b : a)),
  cast: (node, inputs) => [(inputs[0] as Numbers).data.map(casts[node.attributes.to])],
  stopGradient: alike((x) => x),
};
