/** @file Matrix products and the fused operators of transformers, on plain numbers. */
import { axesOf, type Node, type QuantizedAttributes, type Shape, sizeOf } from '../graph/index.ts';
import { groupQueryAttention, turned } from './attention.ts';
import { broadcastOffsets, stridedOffsets, stridesOf } from './offsets.ts';
import { type Numbers, output, type PlainRules } from './rule.ts';

/** The matrices of a stack: where each begins, for every leading index of the product. */
const starts = ({ shape }: Numbers, lead: Shape): Int32Array => {
  const size = sizeOf(shape.slice(-2));
  return broadcastOffsets(shape.slice(0, -2), lead).map((index) => index * size);
};

function product(shape: Shape, a: Numbers, b: Numbers): Float64Array {
  const [rows, columns, inner] = [shape.at(-2) as number, shape.at(-1) as number, a.shape.at(-1) as number];
  const lead = shape.slice(0, -2);
  const [left, right] = [starts(a, lead), starts(b, lead)];
  const result = new Float64Array(sizeOf(shape));
  left.forEach((from, matrix) => {
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        let total = 0;
        for (let k = 0; k < inner; k++)
          total +=
            (a.data[from + i * inner + k] as number) * (b.data[(right[matrix] as number) + k * columns + j] as number);
        result[(matrix * rows + i) * columns + j] = total;
      }
  });
  return result;
}

/** Sums over all indices of both operands' axes. */
function contracted(node: Node<'einsum'>, [left, right]: readonly [Numbers, Numbers]): Float64Array[] {
  const { a, b, out } = axesOf(node.attributes.equation);
  const result = new Float64Array(sizeOf(output(node).shape));
  const letters = [...new Set(a + b)];
  const sizeOfAxis = (letter: string): number =>
    (a.includes(letter) ? left.shape[a.indexOf(letter)] : right.shape[b.indexOf(letter)]) as number;
  const shape = letters.map(sizeOfAxis);
  const offsets = (axes: string, own: Shape): Int32Array =>
    stridedOffsets(
      shape,
      letters.map((letter) => (axes.includes(letter) ? (stridesOf(own)[axes.indexOf(letter)] as number) : 0)),
    );
  const [from, other, to] = [offsets(a, left.shape), offsets(b, right.shape), offsets(out, output(node).shape)];
  to.forEach(
    (at, i) => (result[at]! += (left.data[from[i] as number] as number) * (right.data[other[i] as number] as number)),
  );
  return [result];
}

function rotated(node: Node<'rotary'>, inputs: readonly Numbers[]): Float64Array[] {
  const [x, positions, cosines, sines] = inputs as [Numbers, Numbers, Numbers, Numbers];
  const size = 2 * (cosines.shape[1] as number);
  const [, length, width] = x.shape as [number, number, number];
  const result = x.data.slice();
  for (let start = 0; start < result.length; start += size) {
    const row = Math.floor(start / width);
    const isFirst = positions.shape.length === 1;
    const position = isFirst ? (positions.data[0] as number) + (row % length) : (positions.data[row] as number);
    const head = x.data.subarray(start, start + size);
    result.set(turned(head, position, cosines.data, sines.data, node.attributes.interleaved), start);
  }
  return [result];
}

/** Codes less their zero times the scale of their block, [outDim, inDim]. */
function dequantized({ data: packed }: Numbers, { data: scales }: Numbers, q: QuantizedAttributes): Float64Array {
  const zero = q.bits === 4 ? 8 : 128;
  return Float64Array.from({ length: q.outDim * q.inDim }, (_, i) => {
    const byte = packed[q.bits === 4 ? i >> 1 : i] as number;
    const code = q.bits === 8 ? byte : i % 2 === 0 ? byte & 15 : byte >> 4;
    return (code - zero) * (scales[Math.floor(i / q.blockSize)] as number);
  });
}

function quantizedProduct(node: Node<'matmulNBits'>, inputs: readonly Numbers[]): Float64Array[] {
  const [x, packed, scales] = inputs as [Numbers, Numbers, Numbers];
  const { inDim, outDim } = node.attributes;
  const weight = dequantized(packed, scales, node.attributes);
  return [
    Float64Array.from({ length: (x.data.length / inDim) * outDim }, (_, i) => {
      const [row, out] = [Math.floor(i / outDim), i % outDim];
      let total = 0;
      for (let k = 0; k < inDim; k++)
        total += (x.data[row * inDim + k] as number) * (weight[out * inDim + k] as number);
      return total;
    }),
  ];
}

function normed(x: Float64Array, weight: Float64Array, epsilon: number): Float64Array {
  const size = weight.length;
  return x.map((value, i) => {
    const row = x.subarray(i - (i % size), i - (i % size) + size);
    const meanSquare = row.reduce((sum, v) => sum + v * v, 0) / size;
    return (value / Math.sqrt(meanSquare + epsilon)) * (weight[i % size] as number);
  });
}

export const linearRules: PlainRules<
  | 'matmul'
  | 'einsum'
  | 'rotary'
  | 'matmulNBits'
  | 'dequantize'
  | 'rmsNorm'
  | 'skipRmsNorm'
  | 'siluGate'
  | 'groupQueryAttention'
> = {
  matmul: (node, inputs) => [product(output(node).shape, ...(inputs as [Numbers, Numbers]))],
  einsum: (node, inputs) => contracted(node, inputs as [Numbers, Numbers]),
  rotary: rotated,
  matmulNBits: quantizedProduct,
  dequantize: (node, [packed, scales, rows]) => {
    const dense = dequantized(packed as Numbers, scales as Numbers, node.attributes);
    const { inDim } = node.attributes;
    if (!rows) return [dense];
    return [
      Float64Array.from({ length: rows.data.length * inDim }, (_, i) => {
        const row = rows.data[Math.floor(i / inDim)] as number;
        return dense[row * inDim + (i % inDim)] as number;
      }),
    ];
  },
  rmsNorm: (node, inputs) => {
    const [x, weight] = inputs as [Numbers, Numbers];
    return [normed(x.data, weight.data, node.attributes.epsilon)];
  },
  skipRmsNorm: (node, inputs) => {
    const [x, skip, weight] = inputs as [Numbers, Numbers, Numbers];
    const sum = x.data.map((value, i) => value + (skip.data[i] as number));
    return [normed(sum, weight.data, node.attributes.epsilon), sum];
  },
  siluGate: (_, inputs) => {
    const [x, gate] = inputs as [Numbers, Numbers];
    return [x.data.map((value, i) => (value * (gate.data[i] as number)) / (1 + Math.exp(-(gate.data[i] as number))))];
  },
  groupQueryAttention,
};
