/** @file Operators that move numbers without changing them, and lookups. All throw GraphError for shapes that do not fit. */
import { cast, equal } from './elementwise.ts';
import { axisOf, sameShape, withAxis } from './shapes.ts';
import { constant, make, refuse, type Shape, sizeOf, type Value } from './value.ts';

/** The same numbers in another shape; one size may be -1 and is then inferred. */
export function reshape(x: Value, shape: Shape): Value {
  const known = shape.filter((n) => n !== -1);
  const size = sizeOf(x.shape);
  const resolved = shape.map((n) => (n === -1 ? size / sizeOf(known) : n));
  if (
    shape.length - known.length > 1 ||
    sizeOf(resolved) !== size ||
    !resolved.every((n) => Number.isInteger(n) && n > 0)
  ) {
    refuse('reshape', [x], `cannot become [${shape.join(',')}]`);
  }
  return sameShape(x.shape, resolved) ? x : make('reshape', [x], { shape: resolved }, resolved, x.dtype);
}

/** Axes in a new order; by default the last two are swapped. */
export function transpose(x: Value, permutation?: readonly number[]): Value {
  const rank = x.shape.length;
  const order = permutation ?? [...Array(Math.max(0, rank - 2)).keys(), rank - 1, rank - 2];
  if (rank < 2 || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== rank) {
    refuse('transpose', [x], `[${order.join(',')}] is not an order of its axes`);
  }
  return make(
    'transpose',
    [x],
    { permutation: order },
    order.map((axis) => x.shape[axis] as number),
    x.dtype,
  );
}

/** Repeats axes of size 1, and adds leading ones, up to `shape`. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const offset = shape.length - x.shape.length;
  if (offset < 0 || x.shape.some((n, axis) => n !== 1 && n !== shape[axis + offset])) {
    refuse('expand', [x], `cannot become [${shape.join(',')}]`);
  }
  return make('expand', [x], { shape }, shape, x.dtype);
}

/** Joins values along an axis; all other sizes agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (!first) refuse('concat', values, 'needs at least one value');
  const resolved = axisOf('concat', first, axis);
  for (const v of values) {
    if (v.dtype !== first.dtype || !sameShape(withAxis(v.shape, resolved, 0), withAxis(first.shape, resolved, 0))) {
      refuse('concat', values, `types or sizes beside axis ${resolved} differ`);
    }
  }
  if (values.length === 1) return first;
  const total = values.reduce((sum, v) => sum + (v.shape[resolved] as number), 0);
  return make('concat', values, { axis: resolved }, withAxis(first.shape, resolved, total), first.dtype);
}

/** Elements start..end-1 of one axis (0 <= start < end <= its size). */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const resolved = axisOf('slice', x, axis);
  const size = x.shape[resolved] as number;
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!(whole && start >= 0 && start < end && end <= size))
    refuse('slice', [x], `${start}..${end} is outside axis ${axis}`);
  if (start === 0 && end === size) return x;
  return make('slice', [x], { axis: resolved, start, end }, withAxis(x.shape, resolved, end - start), x.dtype);
}

/** Zeros before and after one axis. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  const resolved = axisOf('pad', x, axis);
  if (![before, after].every((n) => Number.isInteger(n) && n >= 0))
    refuse('pad', [x], `${before} and ${after} are not sizes`);
  if (before === 0 && after === 0) return x;
  const size = (x.shape[resolved] as number) + before + after;
  return make('pad', [x], { axis: resolved, before, after }, withAxis(x.shape, resolved, size), x.dtype);
}

const isIndex = ({ dtype }: Value): boolean => dtype === 'int' || dtype === 'int64';

/**
 * Rows of `table` [n, ...] at int or int64 `indices` [i...]: [i..., ...]. Indices are not checked against n. `places`, int
 * [n, 1] with 0..n-1, is read by the derivative alone, which without it is for a table of exactly n rows.
 */
export function gather(table: Value, indices: Value, places?: Value): Value {
  if (!isIndex(indices) || table.shape.length === 0)
    refuse('gather', [table, indices], 'needs a table and int indices');
  return make(
    'gather',
    [table, indices, ...(places ? [places] : [])],
    {},
    [...indices.shape, ...table.shape.slice(1)],
    table.dtype,
  );
}

/** From each line x [..., n] the elements at `indices` [..., k], int or int64; without a gradient. */
export function gatherElements(x: Value, indices: Value): Value {
  if (x.dtype !== 'float' || !isIndex(indices) || !sameShape(x.shape.slice(0, -1), indices.shape.slice(0, -1)))
    refuse('gatherElements', [x, indices], 'needs float, and int indices for each of its lines');
  return make('gatherElements', [x, indices], {}, indices.shape, 'float');
}

/** int [i...] -> float [i..., depth]: 1 where the place on the last axis equals the index, else 0. */
export function oneHot(indices: Value, depth: number): Value {
  const classes = constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    'int',
  );
  return cast(equal(reshape(indices, [...indices.shape, 1]), classes), 'float');
}
