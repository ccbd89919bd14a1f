/** @file Operators that move numbers, on plain numbers. */
import { type Node, type Shape, sizeOf, type Value } from '../graph/index.ts';
import { broadcastOffsets, pick, stridedOffsets, stridesOf } from './offsets.ts';
import { type Numbers, output, type PlainRules } from './rule.ts';

const only = (inputs: readonly Numbers[]): Numbers => inputs[0] as Numbers;

/** The offsets of a block of `part` that starts at `start` along one axis of `whole`. */
const blockOffsets = (whole: Shape, part: Shape, axis: number, start: number): Int32Array => {
  const strides = stridesOf(whole);
  return stridedOffsets(part, strides, start * (strides[axis] as number));
};

/** Zeros with blocks laid into them, one behind the other along the axis. */
function assembled(shape: Shape, axis: number, blocks: readonly Numbers[], before = 0): Float64Array[] {
  const result = new Float64Array(sizeOf(shape));
  let start = before;
  for (const block of blocks) {
    const offsets = blockOffsets(shape, block.shape, axis, start);
    block.data.forEach((x, i) => (result[offsets[i] as number] = x));
    start += block.shape[axis] as number;
  }
  return [result];
}

function gather(node: Node<'gather'>, inputs: readonly Numbers[]): Float64Array[] {
  const [table, indices] = inputs as [Numbers, Numbers];
  const width = sizeOf(table.shape.slice(1));
  return [
    Float64Array.from(
      { length: sizeOf(output(node).shape) },
      (_, i) => table.data[(indices.data[Math.floor(i / width)] as number) * width + (i % width)] as number,
    ),
  ];
}

export const layoutRules: PlainRules<
  'reshape' | 'transpose' | 'expand' | 'concat' | 'slice' | 'pad' | 'gather' | 'gatherElements'
> = {
  reshape: (_, inputs) => [only(inputs).data],
  transpose: (node, inputs) => {
    const { shape, data } = only(inputs);
    const strides = stridesOf(shape);
    const permuted = node.attributes.permutation.map((axis) => strides[axis] as number);
    return [pick(data, stridedOffsets(output(node).shape, permuted))];
  },
  expand: (node, inputs) => [pick(only(inputs).data, broadcastOffsets(only(inputs).shape, output(node).shape))],
  concat: (node, inputs) => assembled(output(node).shape, node.attributes.axis, inputs),
  slice: (node, inputs) => {
    const { shape, data } = only(inputs);
    return [pick(data, blockOffsets(shape, output(node).shape, node.attributes.axis, node.attributes.start))];
  },
  pad: (node, inputs) => assembled(output(node).shape, node.attributes.axis, inputs, node.attributes.before),
  gather,
  gatherElements: (_, inputs) => {
    const [x, indices] = inputs as [Numbers, Numbers];
    const [length, count] = [x.shape.at(-1) as number, indices.shape.at(-1) as number];
    return [indices.data.map((index, i) => x.data[Math.floor(i / count) * length + index] as number)];
  },
};

/** The numbers of a constant or of a fed input. */
export const leaf = ({ dtype }: Value, data: ArrayLike<number>): Float64Array =>
  Float64Array.from(data, dtype === 'int' ? Math.trunc : Number);
