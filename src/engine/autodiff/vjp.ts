/**
 * @file The table of vector-Jacobian products: for each operator, the cotangents of its inputs given that of its
 * output.
 */
import {
  add,
  axesOf,
  cast,
  cumSum,
  cos,
  dequantize,
  div,
  einsum,
  equal,
  exp,
  expand,
  greater,
  less,
  matmul,
  mul,
  neg,
  oneHot,
  type Op,
  type Node,
  pad,
  reciprocal,
  reduceMean,
  reduceSum,
  reshape,
  rotary,
  sigmoid,
  sin,
  sizeOf,
  slice,
  sqrt,
  square,
  sub,
  transpose,
  type Value,
  where,
  reducedCount,
} from '../graph/index.ts';

/** Cotangents in the order of the inputs; null where none flows. `grad` sums them over broadcast axes. */
type Rule<O extends Op> = (
  node: Node<O>,
  ct: Value,
  inputs: readonly Value[],
  output: Value,
) => readonly (Value | null)[];

/**
 * `zero`: the derivative is defined as zero. `unsupported`: an inference kernel; differentiating through it is an
 * error.
 */
export type VjpEntry<O extends Op> = Rule<O> | 'zero' | 'unsupported';

const first = (values: readonly Value[]): Value => values[0] as Value;
const pair = (values: readonly Value[]): [Value, Value] => [values[0] as Value, values[1] as Value];

/** A unary rule from its derivative, given input and output. */
const derivative =
  <O extends Op>(slope: (x: Value, y: Value) => Value): Rule<O> =>
  (_node, ct, inputs, y) => [mul(ct, slope(first(inputs), y))];

/** A cotangent expanded back over its reduced axes. */
function unreduce(ct: Value, x: Value, axes: readonly number[]): Value {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return expand(reshape(ct, kept), x.shape);
}

const sumRule: Rule<'reduceSum'> = (node, ct, [x]) => [unreduce(ct, x as Value, node.attributes.axes)];

/** Ties share the cotangent equally. */
const extremeRule: Rule<'reduceMax' | 'reduceMin'> = (node, ct, [x], y) => {
  const { axes } = node.attributes;
  const chosen = where(equal(x as Value, unreduce(y, x as Value, axes)), 1, 0);
  const share = div(chosen, reduceSum(chosen, { axes, keepDims: true }));
  return [mul(unreduce(ct, x as Value, axes), share)];
};

/** 1 where the first operand is chosen, 0 where the second, 1/2 at ties. */
const choice = (firstWins: Value, a: Value, b: Value): Value => where(equal(a, b), 0.5, where(firstWins, 1, 0));

const inverse = (permutation: readonly number[]): number[] => permutation.map((_, axis) => permutation.indexOf(axis));

const axisSize = (v: Value, axis: number): number => v.shape[axis] as number;

function concatRule(node: Node<'concat'>, ct: Value): Value[] {
  let start = 0;
  return node.inputs.map((v) => {
    const end = start + axisSize(v, node.attributes.axis);
    const part = slice(ct, node.attributes.axis, start, end);
    start = end;
    return part;
  });
}

/** The cotangent of a table: each row sums those of the places that gathered it. */
function gatherRule(_node: Node<'gather'>, ct: Value, inputs: readonly Value[]): readonly (Value | null)[] {
  const [table, indices] = pair(inputs);
  const [, , places] = inputs;
  const count = sizeOf(indices.shape);
  const flat = reshape(ct, [count, -1]);
  const chosen = places
    ? cast(equal(places, transpose(reshape(indices, [count, 1]))), 'float')
    : transpose(oneHot(reshape(indices, [count]), axisSize(table, 0)));
  return [reshape(matmul(chosen, flat), table.shape), null, null];
}

/** y = x weight / rms: dx = (ct weight - x mean(ct y) / rms) / rms; dweight = ct x / rms. */
function rmsNormRule(node: Node<'rmsNorm'>, ct: Value, inputs: readonly Value[], y: Value): readonly Value[] {
  const [x, weight] = pair(inputs);
  const last = { axes: -1, keepDims: true };
  const rms = sqrt(add(reduceMean(square(x), last), node.attributes.epsilon));
  const along = div(reduceMean(mul(ct, y), last), rms);
  return [div(sub(mul(ct, weight), mul(x, along)), rms), mul(ct, div(x, rms))];
}

export const vjpRules: { readonly [O in Op]: VjpEntry<O> } = {
  input: 'zero',
  constant: 'zero',
  stopGradient: 'zero',
  neg: (_n, ct) => [neg(ct)],
  exp: derivative((_x, y) => y),
  log: derivative((x) => reciprocal(x)),
  sqrt: derivative((_x, y) => div(0.5, y)),
  reciprocal: derivative((_x, y) => neg(square(y))), // -1/x^2
  sigmoid: derivative((_x, y) => mul(y, sub(1, y))),
  tanh: derivative((_x, y) => sub(1, square(y))),
  abs: derivative((x) => where(greater(x, 0), 1, where(less(x, 0), -1, 0))),
  erf: derivative((x) => mul(2 / Math.sqrt(Math.PI), exp(neg(square(x))))),
  sin: derivative((x) => cos(x)),
  cos: derivative((x) => neg(sin(x))),
  relu: derivative((x) => where(greater(x, 0), 1, 0)),
  softplus: derivative((x) => sigmoid(x)),
  // s + x s (1 - s) = s + y (1 - s), y = x s
  silu: (_n, ct, [x], y) => {
    const s = sigmoid(x as Value);
    return [mul(ct, add(s, mul(y, sub(1, s))))];
  },
  floor: 'zero',
  add: (_n, ct) => [ct, ct],
  sub: (_n, ct) => [ct, neg(ct)],
  mul: (_n, ct, [a, b]) => [mul(ct, b as Value), mul(ct, a as Value)],
  div: (_n, ct, [, b], y) => [div(ct, b as Value), neg(div(mul(ct, y), b as Value))], // -a/b^2 = -y/b
  min: (_n, ct, inputs) => {
    const [a, b] = pair(inputs);
    const taken = choice(less(a, b), a, b);
    return [mul(ct, taken), mul(ct, sub(1, taken))];
  },
  max: (_n, ct, inputs) => {
    const [a, b] = pair(inputs);
    const taken = choice(greater(a, b), a, b);
    return [mul(ct, taken), mul(ct, sub(1, taken))];
  },
  equal: 'zero',
  less: 'zero',
  greater: 'zero',
  lessOrEqual: 'zero',
  greaterOrEqual: 'zero',
  and: 'zero',
  not: 'zero',
  where: (_n, ct, [condition]) => [null, where(condition as Value, ct, 0), where(condition as Value, 0, ct)],
  cast: 'zero',
  reduceSum: sumRule,
  reduceMean: (node, ct, [x]) => [
    div(unreduce(ct, x as Value, node.attributes.axes), reducedCount(x as Value, node.attributes.axes)),
  ],
  reduceMax: extremeRule,
  reduceMin: extremeRule,
  reduceLogSumExp: (node, ct, [x], y) => {
    const { axes } = node.attributes;
    return [mul(unreduce(ct, x as Value, axes), exp(sub(x as Value, unreduce(y, x as Value, axes))))];
  },
  // y (ct - sum(ct y))
  argMax: 'zero',
  softmax: (node, ct, _inputs, y) => [
    mul(y, sub(ct, reduceSum(mul(ct, y), { axes: node.attributes.axis, keepDims: true }))),
  ],
  cumSum: (node, ct) => [cumSum(ct, node.attributes.axis, !node.attributes.reverse)],
  reshape: (_n, ct, [x]) => [reshape(ct, (x as Value).shape)],
  transpose: (node, ct) => [transpose(ct, inverse(node.attributes.permutation))],
  expand: (_n, ct) => [ct],
  concat: concatRule,
  slice: (node, ct, [x]) => {
    const { axis, start, end } = node.attributes;
    return [pad(ct, axis, start, axisSize(x as Value, axis) - end)];
  },
  pad: (node, ct, [x]) => {
    const { axis, before } = node.attributes;
    return [slice(ct, axis, before, before + axisSize(x as Value, axis))];
  },
  gather: gatherRule,
  // dA = ct B', dB = A' ct
  gatherElements: 'unsupported',
  matmul: (_n, ct, [a, b]) => [matmul(ct, transpose(b as Value)), matmul(transpose(a as Value), ct)],
  matmulNBits: (node, ct, [, packed, scales]) => [
    matmul(ct, dequantize(packed as Value, scales as Value, node.attributes)),
    null,
    null,
  ],
  einsum: (node, ct, [left, right]) => {
    const { a, b, out } = axesOf(node.attributes.equation);
    const { kernel } = node.attributes;
    return [
      einsum(`${out},${b}->${a}`, ct, right as Value, kernel),
      einsum(`${a},${out}->${b}`, left as Value, ct, kernel),
    ];
  },
  // The transpose of a rotation is the one by the negative angle.
  rotary: (node, ct, [, positions, cosines, sines]) => [
    rotary(
      ct,
      positions as Value,
      { cosines: cosines as Value, sines: neg(sines as Value) },
      node.attributes.interleaved,
    ),
    null,
    null,
    null,
  ],
  dequantize: 'unsupported',
  rmsNorm: rmsNormRule,
  skipRmsNorm: 'unsupported',
  siluGate: 'unsupported',
  groupQueryAttention: 'unsupported',
};

/** The cotangents of a node's inputs, or null where its derivative is zero. Throws GraphError for inference kernels. */
export function vjp<O extends Op>(node: Node<O>, ct: Value, output: Value): readonly (Value | null)[] | null {
  const entry = vjpRules[node.op];
  if (entry === 'zero') return null;
  if (entry === 'unsupported') {
    throw new Error(`${node.op} is for inference and has no gradient${node.scope ? ` (in ${node.scope})` : ''}`);
  }
  return entry(node, ct, node.inputs, output);
}
