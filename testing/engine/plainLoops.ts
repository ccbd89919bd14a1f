/** @file Expected values of operators from plain loops over arrays, without the graph language. For tests. */

/** Numbers in row-major order. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Index = readonly number[];

/** Every index of a shape, the last axis fastest. */
function indices(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const size of shape) all = all.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i]));
  return all;
}

/** The element at `index` of x after broadcasting: axes are aligned at the end, an axis of size 1 repeats. */
export function at(x: Plain, index: Index): number {
  let offset = 0;
  x.shape.forEach((size, axis) => {
    const i = index[index.length - x.shape.length + axis] as number;
    offset = offset * size + (size === 1 ? 0 : i);
  });
  return x.data[offset] as number;
}

/** The numbers f(index) over a shape. */
export const tabulate = (shape: readonly number[], f: (index: Index) => number): number[] => indices(shape).map(f);

/** x with f applied to each element. */
export const each =
  (f: (x: number) => number) =>
  (x: Plain): number[] =>
    x.data.map(f);

/** f over pairs of elements broadcast to `shape`. */
export const pairs =
  (shape: readonly number[], f: (a: number, b: number) => number) =>
  (a: Plain, b: Plain): number[] =>
    tabulate(shape, (index) => f(at(a, index), at(b, index)));

/** f over the elements of each line of x along `axis`, in the order of the remaining axes. */
export function lines(x: Plain, axis: number, f: (line: number[]) => number): number[] {
  const rest = x.shape.filter((_, a) => a !== axis);
  return tabulate(rest, (index) =>
    f(
      Array.from({ length: x.shape[axis] as number }, (_, i) =>
        at(x, [...index.slice(0, axis), i, ...index.slice(axis)]),
      ),
    ),
  );
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Codes of a block-quantized weight as the dense [outDim, inDim], row by row: (code - zero) * scale. */
export function dequantized(
  packed: Uint8Array,
  scales: readonly number[],
  bits: 4 | 8,
  blockSize: number,
  inDim: number,
): number[] {
  const codes = bits === 8 ? [...packed] : [...packed].flatMap((byte) => [byte % 16, Math.floor(byte / 16)]);
  const blocks = inDim / blockSize;
  return codes.map((code, i) => {
    const row = Math.floor(i / inDim);
    const block = Math.floor((i % inDim) / blockSize);
    return (code - (bits === 4 ? 8 : 128)) * Math.fround(scales[row * blocks + block] as number);
  });
}

/** erf by its Maclaurin series; good to 1e-12 for |x| < 3. */
export function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
