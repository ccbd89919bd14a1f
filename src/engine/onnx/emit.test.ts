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
