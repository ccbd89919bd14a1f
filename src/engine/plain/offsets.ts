/** @file Where the elements of one array stand in another, as flat offsets in row-major order. */
import { type Shape, sizeOf } from '../graph/index.ts';

/** Elements between neighbours along each axis. */
export const stridesOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** The sum of index x stride, for every index of `shape`. */
export function stridedOffsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape)).fill(start);
  let inner = offsets.length;
  shape.forEach((size, axis) => {
    inner /= size;
    const stride = strides[axis] as number;
    if (stride === 0) return;
    for (let i = 0; i < offsets.length; i++) offsets[i]! += (Math.floor(i / inner) % size) * stride;
  });
  return offsets;
}

/** For every element of `to`, the element of `from` that NumPy's rule repeats there. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return stridedOffsets(
    to,
    to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : (strides[axis - missing] as number))),
  );
}

/** The elements at these offsets. */
export const pick = (data: Float64Array, offsets: Int32Array): Float64Array =>
  Float64Array.from(offsets, (offset) => data[offset] as number);
