/** @file Operators along axes, on plain numbers. */
import { type Node, reducedCount, type Shape, type Value } from '../graph/index.ts';
import { broadcastOffsets, pick } from './offsets.ts';
import { type Numbers, output, type PlainRules } from './rule.ts';

/** For every element, its line along the axes. */
const lineOf = (shape: Shape, axes: readonly number[]): Int32Array =>
  broadcastOffsets(
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    shape,
  );

function folded(
  { shape, data }: Numbers,
  axes: readonly number[],
  first: number,
  fold: (a: number, b: number) => number,
) {
  const lines = lineOf(shape, axes);
  const result = new Float64Array(lines.reduce((most, line) => Math.max(most, line + 1), 0)).fill(first);
  data.forEach((x, i) => (result[lines[i] as number] = fold(result[lines[i] as number] as number, x)));
  return result;
}

const add = (a: number, b: number): number => a + b;
const sum = (x: Numbers, axes: readonly number[]): Float64Array => folded(x, axes, 0, add);
const largest = (x: Numbers, axes: readonly number[]): Float64Array => folded(x, axes, -Infinity, Math.max);

/** exp(x - the largest of its line), with the largest of each line. */
function shiftedExp({ shape, data }: Numbers, axes: readonly number[]) {
  const top = largest({ shape, data }, axes);
  const tops = pick(top, lineOf(shape, axes));
  return { top, exps: { shape, data: data.map((x, i) => Math.exp(x - (tops[i] as number))) } };
}

const only = (inputs: readonly Numbers[]): Numbers => inputs[0] as Numbers;

function cumulative(node: Node<'cumSum'>, inputs: readonly Numbers[]): Float64Array[] {
  const { shape, data } = only(inputs);
  const { axis, reverse } = node.attributes;
  const step = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const along = (i: number): number => Math.floor(i / step) % (shape[axis] as number);
  const result = data.slice();
  for (let k = 0; k < result.length; k++) {
    const i = reverse ? result.length - 1 - k : k;
    const isFirst = along(i) === (reverse ? (shape[axis] as number) - 1 : 0);
    if (!isFirst) result[i]! += result[reverse ? i + step : i - step] as number;
  }
  return [result];
}

export const axisRules: PlainRules<
  'reduceSum' | 'reduceMean' | 'reduceMax' | 'reduceMin' | 'reduceLogSumExp' | 'argMax' | 'softmax' | 'cumSum'
> = {
  reduceSum: (node, inputs) => [sum(only(inputs), node.attributes.axes)],
  reduceMean: (node, inputs) => {
    const count = reducedCount(node.inputs[0] as Value, node.attributes.axes);
    return [sum(only(inputs), node.attributes.axes).map((total) => total / count)];
  },
  reduceMax: (node, inputs) => [largest(only(inputs), node.attributes.axes)],
  reduceMin: (node, inputs) => [folded(only(inputs), node.attributes.axes, Infinity, Math.min)],
  reduceLogSumExp: (node, inputs) => {
    const { top, exps } = shiftedExp(only(inputs), node.attributes.axes);
    return [sum(exps, node.attributes.axes).map((total, line) => (top[line] as number) + Math.log(total))];
  },
  argMax: (_, inputs) => {
    const { shape, data } = only(inputs);
    const count = shape.at(-1) as number;
    return [
      Float64Array.from({ length: data.length / count }, (_unused, line) => {
        const values = data.subarray(line * count, (line + 1) * count);
        return values.indexOf(Math.max(...values));
      }),
    ];
  },
  softmax: (node, inputs) => {
    const axes = [node.attributes.axis];
    const { exps } = shiftedExp(only(inputs), axes);
    const totals = pick(sum(exps, axes), lineOf(output(node).shape, axes));
    return [exps.data.map((x, i) => x / (totals[i] as number))];
  },
  cumSum: cumulative,
};
