/**
 * @file The gradient of every operator from one table, against finite differences in float64, and against given values
 * at ties.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import * as g from '../graph/index.ts';
import { loadGraph, runGraph } from '../onnx/graphRun.ts';
import { compile } from '../onnx/compile.ts';
import type { OperatorSample } from '../../../testing/engine/operatorSample.ts';
import { operatorSamples } from '../../../testing/engine/operatorSamples.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { grad } from './grad.ts';
import { vjpRules } from './vjp.ts';

/** Kernels for decoding, declared to have no gradient. */
const inferenceOnly: readonly g.Op[] = ['gatherElements', 'skipRmsNorm', 'siluGate', 'groupQueryAttention'];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Weighted sum of all outputs with distinct weights, so that an error in any element shows. */
function scalarOf(y: g.Value): g.Value {
  const weights = Array.from({ length: g.sizeOf(y.shape) }, (_, i) => Math.cos(i + 1));
  return g.reduceSum(g.mul(y, g.constant(weights, y.shape)));
}

const feedsOf = (points: readonly (readonly number[])[]) => Object.fromEntries(points.map((p, i) => [`x${i}`, p]));

async function checkSample(name: string, sample: OperatorSample): Promise<void> {
  const stream = random('vjp', name);
  const [low, high] = sample.range ?? [-1.5, 1.5];
  const points = sample.shapes.map((shape, i) =>
    sample.at
      ? [...(sample.at[i] ?? [])]
      : Array.from({ length: g.sizeOf(shape) }, () => low + (high - low) * stream.uniform()),
  );
  const inputs = sample.shapes.map((shape, i) => g.input(`x${i}`, shape));
  const y = sample.build(...inputs);
  const loss = sample.gradient ? g.reduceSum(y) : scalarOf(y);
  const precision = sample.float32 ? 'float32' : 'float64';
  const outputs = Object.fromEntries(grad(loss, inputs).map((v, i) => [`d${i}`, v]));
  const analytic = await runGraph(runtime, compile('gradient', outputs, precision), feedsOf(points));
  const step = sample.float32 ? 1e-2 : 1e-5;
  const forward = await loadGraph(runtime, compile('loss', { loss }, precision));
  const lossAt = async (i: number, j: number, delta: number): Promise<number> =>
    (await forward.run(feedsOf(points.map((p, k) => (k === i ? p.with(j, (p[j] as number) + delta) : p)))))
      .loss?.[0] as number;
  for (const [i, point] of points.entries()) {
    for (const j of point.keys()) {
      const stated = Array.isArray(sample.gradient) ? sample.gradient[i]?.[j] : undefined;
      const expected = stated ?? ((await lossAt(i, j, step)) - (await lossAt(i, j, -step))) / (2 * step);
      expect(analytic[`d${i}`]?.[j], `${name}: d/dx${i}[${j}]`).toBeCloseTo(expected, sample.float32 ? 2 : 6);
    }
  }
  await forward.dispose();
}

describe('vector-Jacobian products', () => {
  for (const op of Object.keys(vjpRules) as g.Op[]) {
    const samples = operatorSamples[op].filter(({ gradient }) => gradient !== 'none');
    if (inferenceOnly.includes(op)) {
      test(`grad through ${op} throws and names it`, () => {
        const [sample] = operatorSamples[op] as [OperatorSample];
        const inputs = sample.shapes.map((shape, i) => g.input(`x${i}`, shape));
        expect(() => grad(g.reduceSum(g.scope('layers.0', () => sample.build(...inputs))), inputs)).toThrow(
          `${op} is for inference and has no gradient (in layers.0)`,
        );
      });
      continue;
    }
    test(op, async () => {
      expect(samples.length, `samples of ${op} with a gradient`).toBeGreaterThan(0);
      for (const sample of samples) await checkSample(op, sample);
    });
  }

  test('a target that is not an input gets its gradient', async () => {
    const x = g.input('x0', [2]);
    const squared = g.mul(x, x);
    const [d] = grad(g.reduceSum(g.mul(squared, squared)), [squared]) as [g.Value];
    expect((await runGraph(runtime, compile('d', { d }, 'float64'), { x0: [2, 3] })).d).toEqual([8, 18]);
  });

  test('a value used several times gets the sum of the cotangents of its uses', async () => {
    const x = g.input('x0', [2]);
    const loss = g.reduceSum(g.add(g.mul(x, g.exp(x)), g.sub(g.mul(x, 3), x)));
    const [d] = grad(loss, [x]) as [g.Value];
    const { d: actual } = await runGraph(runtime, compile('d', { d }, 'float64'), { x0: [0, 1] });
    expect(actual?.[0]).toBeCloseTo(3, 12); // (1 + x) e^x + 2
    expect(actual?.[1]).toBeCloseTo(2 * Math.E + 2, 12);
  });

  test('a target that the loss does not depend on gets zeros', async () => {
    const x = g.input('x0', [2]);
    const [d] = grad(g.reduceSum(g.constant([1], [])), [x]) as [g.Value];
    expect((await runGraph(runtime, compile('d', { d }, 'float64'), {})).d).toEqual([0, 0]);
  });

  test('grad refuses a loss that is not a scalar', () => {
    expect(() => grad(g.input('x', [2]), [])).toThrow('must be a float scalar');
  });
});
