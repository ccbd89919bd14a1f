/**
 * @file Forward values of every operator against plain loops: in float64 where the CPU has kernels, in float32 on Node
 * and WASM.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import * as g from '../graph/index.ts';
import { largestError, runGraph } from './graphRun.ts';
import type { OperatorSample } from '../../../testing/engine/operatorSample.ts';
import { operatorSamples } from '../../../testing/engine/operatorSamples.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createWasmRuntime } from '../runtime/wasm.ts';
import type { Precision } from './builder.ts';
import { compile } from './compile.ts';

const arms = [
  { name: 'Node, float64', make: () => createNodeRuntime(), precision: 'float64', tolerance: 1e-12 },
  { name: 'Node, float32', make: () => createNodeRuntime(), precision: 'float32', tolerance: 5e-6 },
  { name: 'WASM, float32', make: () => createWasmRuntime(), precision: 'float32', tolerance: 5e-6 },
] as const satisfies readonly { name: string; make: () => Promise<Runtime>; precision: Precision; tolerance: number }[];

/** Inputs that float32 holds exactly, so that both precisions get the same numbers. */
function pointsOf(name: string, sample: OperatorSample): number[][] {
  const stream = random('forward', name);
  const [low, high] = sample.range ?? [-1.5, 1.5];
  return sample.shapes.map((shape, i) =>
    sample.at
      ? [...(sample.at[i] ?? [])]
      : Array.from({ length: g.sizeOf(shape) }, () => Math.fround(low + (high - low) * stream.uniform())),
  );
}

describe.each(arms)('operators on $name', ({ make, precision, tolerance }) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await make();
  });
  afterAll(() => runtime.dispose());

  const samplesOf = (op: g.Op) => operatorSamples[op].filter(({ float32 }) => precision === 'float32' || !float32);
  const ops = (Object.keys(operatorSamples) as g.Op[]).filter((op) => samplesOf(op).length > 0);

  test('a graph whose inputs vary takes fewer rows than it was built for', async () => {
    const x = g.input('x', [4, 6]);
    const spread = g.expand(g.reshape(x, [4, 1, 2, 3]), [4, 2, 2, 3]);
    const graph = compile('rows', { y: g.reshape(spread, [4, 12]) }, precision, { rows: ['x', 'y'] });
    const program = await runtime.compile(graph.bytes, graph);
    for (const rows of [1, 3, 4]) {
      const numbers = Array.from({ length: rows }, (_, row) => [1, 2, 3, 4, 5, 6].map((i) => 10 * row + i));
      const data = (precision === 'float32' ? Float32Array : Float64Array).from(numbers.flat());
      const { y } = await program.run({ x: { dtype: precision, shape: [rows, 6], data } });
      expect(y?.shape).toEqual([rows, 12]);
      expect([...((await y?.read()) ?? [])]).toEqual(numbers.flatMap((row) => [...row, ...row]));
    }
    await program.dispose();
  });

  test('a graph over blocks of rows takes more, smaller blocks than it was built for', async () => {
    const blocks = g.reshape(g.input('x', [6, 2]), [2, 3, 2]);
    const sums = g.reshape(g.add(blocks, g.reduceSum(blocks, { axes: 1, keepDims: true })), [6, 2]);
    const varying = { rows: ['x', 'y'], block: ['slots', 'counted'] };
    // Its second size is that of a block by chance.
    const matrix = g.neg(g.reshape(g.input('weights', [12, 1]), [4, 3]));
    const outputs = { y: sums, matrix, counted: g.neg(g.input('slots', [3, 1])) };
    const graph = compile('blocks', outputs, precision, varying);
    const program = await runtime.compile(graph.bytes, graph);
    const array = precision === 'float32' ? Float32Array : Float64Array;
    const fed = (shape: number[], numbers: number[]) => ({ dtype: precision, shape, data: array.from(numbers) });
    for (const [rows, block] of [
      [6, 3],
      [6, 2],
      [4, 1],
    ] as const) {
      const x = Array.from({ length: rows * 2 }, (_, i) => i * i);
      const slots = fed([block, 1], [...Array(block).keys()]);
      const weights = fed([12, 1], [...Array(12).keys()]);
      const { y, counted, matrix: reshaped } = await program.run({ x: fed([rows, 2], x), slots, weights });
      expect(reshaped?.shape).toEqual([4, 3]);
      const inBlock = (i: number, j: number) =>
        i % 2 === j % 2 && Math.floor(i / 2 / block) === Math.floor(j / 2 / block);
      expect([...((await y?.read()) ?? [])]).toEqual(
        x.map((value, i) => value + x.reduce((sum, other, j) => sum + (inBlock(i, j) ? other : 0), 0)),
      );
      expect(counted?.shape).toEqual([block, 1]);
    }
    await program.dispose();
  });

  test.each(ops)('%s equals plain loops', async (op) => {
    for (const [k, sample] of samplesOf(op).entries()) {
      const points = pointsOf(op, sample);
      const inputs = sample.shapes.map((shape, i) => g.input(`x${i}`, shape));
      const y = sample.build(...inputs);
      const feeds = Object.fromEntries(points.map((p, i) => [`x${i}`, p]));
      const outputs = await runGraph(runtime, compile(op, { y }, precision), feeds);
      const expected = sample.expected(...points.map((data, i) => ({ shape: sample.shapes[i] as g.Shape, data })));
      expect(largestError(outputs.y, expected), `sample ${k}: [${outputs.y}] for [${expected}]`).toBeLessThan(
        tolerance,
      );
    }
  });
});
