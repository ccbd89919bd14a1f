/**
 * @file AdamW as a graph against the algorithm in plain loops, over many updates; non-finite gradients; convergence.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { grad } from '../autodiff/grad.ts';
import { constant, input, mul, reduceSum, square, sub, type Value } from '../graph/index.ts';
import { type GraphRun, largestError, loadGraph } from '../onnx/graphRun.ts';
import type { Precision } from '../onnx/builder.ts';
import { compile } from '../onnx/compile.ts';
import { createNodeRuntime } from '../runtime/node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { adamW, adamWDefaults, type AdamWOptions } from './adamw.ts';

const size = 7;
type Vectors = { parameters: number[]; firstMoment: number[]; secondMoment: number[] };
const names = ['parameters', 'firstMoment', 'secondMoment'] as const;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

function loadUpdate(
  options: AdamWOptions,
  precision: Precision,
  gradientOf = (_parameters: Value) => input('gradient', [size]),
): Promise<GraphRun> {
  const parameters = input('parameters', [size]);
  const moments = { firstMoment: input('firstMoment', [size]), secondMoment: input('secondMoment', [size]) };
  const { gradNorm, ...updated } = adamW(options).update(parameters, gradientOf(parameters), moments);
  const next: Readonly<Record<string, Value>> = { parameters: updated.parameters, ...updated.vectors };
  return loadGraph(
    runtime,
    compile(
      'update',
      { gradNorm, ...Object.fromEntries(names.map((name) => [`next.${name}`, next[name] as Value])) },
      precision,
    ),
  );
}

async function step(
  graph: GraphRun,
  options: AdamWOptions,
  state: Vectors,
  t: number,
  rates: { gradient?: number[]; learningRate: number; maxGradNorm: number },
) {
  const { gradient, ...rest } = rates;
  const scalars = adamW(options).scalars(rest, t - 1);
  const outputs = await graph.run({
    ...state,
    ...(gradient ? { gradient } : {}),
    ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, [value]])),
  });
  const next = Object.fromEntries(names.map((name) => [name, outputs[`next.${name}`] ?? []])) as Vectors;
  return { next, gradNorm: outputs.gradNorm?.[0] as number };
}

/** Algorithm 2 of arXiv 1711.05101, after clipping the gradient's norm to `maxGradNorm`. */
function plainStep(
  o: AdamWOptions,
  state: Vectors,
  t: number,
  gradient: number[],
  learningRate: number,
  maxGradNorm: number,
): Vectors {
  const norm = Math.hypot(...gradient);
  const factor = Math.min(1, maxGradNorm / (norm + 1e-6));
  const g = gradient.map((x) => x * factor);
  const m = state.firstMoment.map((x, i) => o.beta1 * x + (1 - o.beta1) * (g[i] as number));
  const v = state.secondMoment.map((x, i) => o.beta2 * x + (1 - o.beta2) * (g[i] as number) ** 2);
  const parameters = state.parameters.map((p, i) => {
    const mHat = (m[i] as number) / (1 - o.beta1 ** t);
    const vHat = (v[i] as number) / (1 - o.beta2 ** t);
    return p - learningRate * (mHat / (Math.sqrt(vHat) + o.epsilon) + o.weightDecay * p);
  });
  return { parameters, firstMoment: m, secondMoment: v };
}

const zeros = (): number[] => Array<number>(size).fill(0);
const drawn = (key: string, index: number, scale = 1): number[] => {
  const stream = random('adamw', key, index);
  return Array.from({ length: size }, () => scale * stream.normal());
};

describe('AdamW', () => {
  test.each([
    { name: 'no clipping, no decay', weightDecay: 0, maxGradNorm: 100, clips: 'never' },
    { name: 'clipping at every update', weightDecay: 0, maxGradNorm: 0.3, clips: 'always' },
    { name: 'decay, clipping at some updates', weightDecay: 0.1, maxGradNorm: 2.5, clips: 'sometimes' },
  ])('follows the algorithm over 16 updates: $name', async ({ weightDecay, maxGradNorm, clips }) => {
    const options = { ...adamWDefaults, weightDecay };
    const graph = await loadUpdate(options, 'float64');
    let actual: Vectors = { parameters: drawn('start', 0), firstMoment: zeros(), secondMoment: zeros() };
    let expected = actual;
    let clipped = 0;
    for (let t = 1; t <= 16; t++) {
      const gradient = drawn('gradient', t);
      const learningRate = 0.01 * t;
      if (Math.hypot(...gradient) > maxGradNorm) clipped++;
      const { next, gradNorm } = await step(graph, options, actual, t, { gradient, learningRate, maxGradNorm });
      expect(gradNorm).toBeCloseTo(Math.hypot(...gradient), 12);
      actual = next;
      expected = plainStep(options, expected, t, gradient, learningRate, maxGradNorm);
      for (const name of names)
        expect(largestError(actual[name], expected[name]), `${name} after update ${t}`).toBeLessThan(1e-12);
    }
    expect(clipped === 0 ? 'never' : clipped === 16 ? 'always' : 'sometimes').toBe(clips);
    await graph.dispose();
  });

  test('the first step is the learning rate times the sign of the gradient, for any gradient size', async () => {
    const graph = await loadUpdate(adamWDefaults, 'float32');
    const start = { parameters: zeros(), firstMoment: zeros(), secondMoment: zeros() };
    const { next } = await step(graph, adamWDefaults, start, 1, {
      gradient: [1, -1, 1e-3, 1e3, -1e-2, 5, -7],
      learningRate: 0.5,
      maxGradNorm: 1e9,
    });
    expect(largestError(next.parameters, [-0.5, 0.5, -0.5, -0.5, 0.5, -0.5, 0.5])).toBeLessThan(1e-4);
    await graph.dispose();
  });

  test.each([NaN, Infinity, -Infinity, 1e30])(
    'a gradient with %f changes no bit of the state, and gradNorm is not finite',
    async (bad) => {
      const graph = await loadUpdate({ ...adamWDefaults, weightDecay: 0.1 }, 'float32');
      const start = Object.fromEntries(
        names.map((name, i) => [name, drawn('state', i).map((x) => Math.fround(name === 'secondMoment' ? x * x : x))]),
      ) as Vectors;
      const rates = { learningRate: 0.01, maxGradNorm: 1 };
      const { next, gradNorm } = await step(graph, adamWDefaults, start, 3, {
        ...rates,
        gradient: drawn('gradient', 1).with(4, bad),
      });
      expect(Number.isFinite(gradNorm)).toBe(false);
      expect(next).toEqual(start);
      const good = await step(graph, adamWDefaults, start, 3, { ...rates, gradient: drawn('gradient', 1) });
      expect(good.gradNorm).toBeGreaterThan(0);
      for (const name of names) expect(good.next[name]).not.toEqual(start[name]);
      await graph.dispose();
    },
  );

  test('converges on a quadratic whose curvatures differ by a factor of 1000', async () => {
    const target = constant(drawn('target', 0), [size]);
    const curvature = constant(
      Array.from({ length: size }, (_, i) => 10 ** (i / 2 - 1)),
      [size],
    );
    const graph = await loadUpdate(
      adamWDefaults,
      'float32',
      (p) => grad(reduceSum(mul(curvature, square(sub(p, target)))), [p])[0] as Value,
    );
    let state: Vectors = { parameters: zeros(), firstMoment: zeros(), secondMoment: zeros() };
    for (let t = 1; t <= 300; t++)
      ({ next: state } = await step(graph, adamWDefaults, state, t, {
        learningRate: 0.1 * (1 - t / 301),
        maxGradNorm: 1e9,
      }));
    expect(largestError(state.parameters, drawn('target', 0))).toBeLessThan(2e-3);
    await graph.dispose();
  });
});
