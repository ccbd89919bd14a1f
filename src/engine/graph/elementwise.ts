/**
 * @file Operators that act on each element; binary ones broadcast by NumPy's rule. All throw GraphError for inputs of a
 * wrong type, or shapes that do not broadcast.
 */
import { broadcastShape } from './shapes.ts';
import { type DType, lift, make, type Op, type Operand, refuse, type Value } from './value.ts';

type UnaryOp =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'sigmoid'
  | 'tanh'
  | 'abs'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'relu'
  | 'softplus'
  | 'silu'
  | 'floor';
type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max';
type CompareOp = 'equal' | 'less' | 'greater' | 'lessOrEqual' | 'greaterOrEqual';

/** float -> float of the same shape. */
const unary =
  (op: UnaryOp) =>
  (x: Value): Value => {
    if (x.dtype !== 'float') refuse(op, [x], 'needs float');
    return make(op, [x], {}, x.shape, 'float');
  };

export const neg = unary('neg');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const reciprocal = unary('reciprocal');
export const sigmoid = unary('sigmoid');
export const tanh = unary('tanh');
export const abs = unary('abs');
export const erf = unary('erf');
export const sin = unary('sin');
export const cos = unary('cos');
export const relu = unary('relu');
/** log(1 + exp(x)), stable for large |x|. */
export const softplus = unary('softplus');
/** x sigmoid(x). */
export const silu = unary('silu');
/** Rounds down; its derivative is taken as zero. */
export const floor = unary('floor');

function lifted(op: string, a: Operand, b: Operand): [Value, Value] {
  const dtype: DType = typeof a === 'number' ? (typeof b === 'number' ? 'float' : b.dtype) : a.dtype;
  const pair: [Value, Value] = [lift(a, dtype), lift(b, dtype)];
  if (pair[0].dtype !== pair[1].dtype) refuse(op, pair, 'types differ');
  return pair;
}

/** Two floats or two ints -> the same type, of the broadcast shape. A number counts as a scalar of the other's type. */
const binary =
  (op: BinaryOp) =>
  (a: Operand, b: Operand): Value => {
    const pair = lifted(op, a, b);
    const { dtype } = pair[0];
    if (dtype !== 'float' && dtype !== 'int') refuse(op, pair, 'needs numbers');
    return make(op, pair, {}, broadcastShape(op, pair), dtype);
  };

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
/** The smaller; at ties the gradient is split in halves. */
export const min = binary('min');
/** The larger; at ties the gradient is split in halves. */
export const max = binary('max');

/** Two floats or two ints -> bool, of the broadcast shape. */
const compare =
  (op: CompareOp) =>
  (a: Operand, b: Operand): Value => {
    const pair = lifted(op, a, b);
    const { dtype } = pair[0];
    if (dtype !== 'float' && dtype !== 'int') refuse(op, pair, 'needs numbers');
    return make(op, pair, {}, broadcastShape(op, pair), 'bool');
  };

export const equal = compare('equal');
export const less = compare('less');
export const greater = compare('greater');
export const lessOrEqual = compare('lessOrEqual');
export const greaterOrEqual = compare('greaterOrEqual');

/** Both true; bool in and out, of the broadcast shape. */
export function and(a: Value, b: Value): Value {
  if (a.dtype !== 'bool' || b.dtype !== 'bool') refuse('and', [a, b], 'needs bool');
  return make('and', [a, b], {}, broadcastShape('and', [a, b]), 'bool');
}

/** True where `a` is false. */
export function not(a: Value): Value {
  if (a.dtype !== 'bool') refuse('not', [a], 'needs bool');
  return make('not', [a], {}, a.shape, 'bool');
}

/** `a` where the condition holds, else `b`; no gradient reaches the side not taken. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const pair = lifted('where', a, b);
  if (condition.dtype !== 'bool') refuse('where', [condition, ...pair], 'the condition must be bool');
  const inputs = [condition, ...pair];
  return make('where', inputs, {}, broadcastShape('where', inputs), pair[0].dtype);
}

/** Converts between float, half, int and bool; only float to float carries a gradient. */
export function cast(x: Value, to: DType): Value {
  return x.dtype === to ? x : make('cast', [x], { to }, x.shape, to);
}

/** The same numbers; no gradient flows through them. */
export const stopGradient = (x: Value): Value => make('stopGradient', [x], {}, x.shape, x.dtype);

/** x clamped to [low, high]; the derivative is 1 inside and at the ends, 0 outside (as PyTorch's clamp). */
export function clip(x: Value, low: Operand, high: Operand): Value {
  const bounded = where(less(x, low), low, x);
  return where(greater(bounded, high), high, bounded);
}

export const square = (x: Value): Value => mul(x, x);

/** log sigmoid(x) without overflow. */
export const logSigmoid = (x: Value): Value => neg(softplus(neg(x)));

export type { BinaryOp, CompareOp, Op, UnaryOp };
