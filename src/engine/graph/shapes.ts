/** @file Shape rules shared by several operators. */
import { refuse, type Shape, type Value } from './value.ts';

/**
 * The shape to which all inputs (or `shapes`, parts of theirs) broadcast by NumPy's rule. Throws GraphError if they do
 * not.
 */
export function broadcastShape(
  op: string,
  inputs: readonly Value[],
  shapes: readonly Shape[] = inputs.map((v) => v.shape),
): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const n = shape[axis - rank + shape.length] ?? 1;
      if (n === 1 || n === size) continue;
      if (size !== 1) refuse(op, inputs, `sizes ${size} and ${n} of axis ${axis} do not broadcast`);
      size = n;
    }
    return size;
  });
}

/** Throws GraphError for an input that is not float. */
export function needFloat(op: string, inputs: readonly Value[]): void {
  if (inputs.some(({ dtype }) => dtype !== 'float')) refuse(op, inputs, 'needs float');
}

/** The axis as a non-negative number; GraphError if it is out of range. */
export function axisOf(op: string, value: Value, axis: number): number {
  const rank = value.shape.length;
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= rank) refuse(op, [value], `no axis ${axis}`);
  return resolved;
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return shape.filter((_, axis) => !axes.includes(axis));
}

export const withAxis = (shape: Shape, axis: number, size: number): Shape =>
  shape.map((n, a) => (a === axis ? size : n));

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
