/**
 * @file Operators along axes: sums, means, extremes, softmax, running sums. All take floats, and throw GraphError for
 * another type or a missing axis.
 */
import { axisOf, reducedShape, withAxis } from './shapes.ts';
import { sub } from './elementwise.ts';
import { make, refuse, sizeOf, type Value } from './value.ts';

type ReduceOp = 'reduceSum' | 'reduceMean' | 'reduceMax' | 'reduceMin' | 'reduceLogSumExp';

/** `axes`: negative ones count from the end; all by default. `keepDims` leaves reduced axes with size 1. */
export interface ReduceOptions {
  readonly axes?: number | readonly number[];
  readonly keepDims?: boolean;
}

const reduce =
  (op: ReduceOp) =>
  (x: Value, options: ReduceOptions = {}): Value => {
    if (x.dtype !== 'float') refuse(op, [x], 'needs float');
    const given = options.axes ?? x.shape.map((_, axis) => axis);
    const axes = (typeof given === 'number' ? [given] : given).map((axis) => axisOf(op, x, axis));
    if (axes.length === 0) return x;
    if (new Set(axes).size !== axes.length) refuse(op, [x], `an axis is named twice in [${axes.join(',')}]`);
    const keepDims = options.keepDims ?? false;
    return make(op, [x], { axes, keepDims }, reducedShape(x.shape, axes, keepDims), 'float');
  };

/** Sum over `axes` (default: all). */
export const reduceSum = reduce('reduceSum');
/** Mean over `axes` (default: all). */
export const reduceMean = reduce('reduceMean');
/** Largest over `axes`; at ties the gradient is shared equally. */
export const reduceMax = reduce('reduceMax');
/** Smallest over `axes`; at ties the gradient is shared equally. */
export const reduceMin = reduce('reduceMin');
/** log of the sum of exponentials over `axes`, stable. */
export const reduceLogSumExp = reduce('reduceLogSumExp');

/** Place of the first largest element on the last axis, int64 [..., 1]; without a gradient. */
export function argMax(x: Value): Value {
  if (x.dtype !== 'float' || x.shape.length === 0) refuse('argMax', [x], 'needs float with an axis');
  return make('argMax', [x], {}, withAxis(x.shape, x.shape.length - 1, 1), 'int64');
}

/** exp(x) / sum exp(x) along the axis. */
export function softmax(x: Value, axis = -1): Value {
  if (x.dtype !== 'float') refuse('softmax', [x], 'needs float');
  return make('softmax', [x], { axis: axisOf('softmax', x, axis) }, x.shape, 'float');
}

/** x - logsumexp(x) along the axis; two operators, because the GPU has no LogSoftmax kernel. */
export function logSoftmax(x: Value, axis = -1): Value {
  return sub(x, reduceLogSumExp(x, { axes: axis, keepDims: true }));
}

/** Running sum along the axis, the element itself included; from the end when `reverse`. */
export function cumSum(x: Value, axis = -1, reverse = false): Value {
  if (x.dtype !== 'float') refuse('cumSum', [x], 'needs float');
  return make('cumSum', [x], { axis: axisOf('cumSum', x, axis), reverse }, x.shape, 'float');
}

/** Number of elements that a reduction folds into one. */
export const reducedCount = (x: Value, axes: readonly number[]): number =>
  sizeOf(axes.map((axis) => x.shape[axis] as number));
