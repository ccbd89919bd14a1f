/** @file Every KL estimator by enumeration over a small vocabulary: its mean and its mean gradient. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { exp, input, logSoftmax, mul, reduceSum, stopGradient, type Value } from '../../engine/graph/index.ts';
import { type GraphRun, loadGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { klEstimators, klForward, klNumbers, klReverse } from './kl.ts';

const SIZE = 4;
type Estimator = keyof typeof klEstimators;
type Exact = 'forward' | 'reverse';

let runtime: Runtime;
let graph: GraphRun;

/**
 * For logits z [V] of the policy and log ref [V]: each estimator's mean under the policy and the mean of its gradient
 * in z.
 */
beforeAll(async () => {
  runtime = await createNodeRuntime();
  const [logits, ref] = [input('logits', [SIZE]), input('ref', [SIZE])];
  const logProbs = logSoftmax(logits);
  const outputs: Record<string, Value> = {};
  const add = (name: string, value: Value) => {
    outputs[name] = value;
    outputs[`${name}.gradient`] = grad(value, [logits])[0] as Value;
  };
  // The expectation over tokens of the policy does not differentiate the sampling probabilities.
  for (const [name, estimator] of Object.entries(klEstimators)) {
    const estimate = estimator(logProbs, ref);
    outputs[`${name}.each`] = estimate;
    add(name, reduceSum(mul(stopGradient(exp(logProbs)), estimate)));
  }
  const distributions = { logDistribution: logProbs, refLogDistribution: ref };
  add('reverse', klReverse(distributions));
  add('forward', klForward(distributions));
  graph = await loadGraph(runtime, compile('kl', outputs, 'float64'));
});
afterAll(async () => {
  await graph.dispose();
  await runtime.dispose();
});

const logNormalised = (weights: readonly number[]): number[] => {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => Math.log(w / total));
};
const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: SIZE, maxLength: SIZE });

async function at(p: readonly number[], q: readonly number[]) {
  const outputs = await graph.run({ logits: logNormalised(p), ref: logNormalised(q) });
  return {
    mean: (name: Estimator | Exact) => outputs[name]?.[0] as number,
    gradient: (name: Estimator | Exact) => outputs[`${name}.gradient`] as number[],
    each: (name: Estimator) => outputs[`${name}.each`] as number[],
  };
}

/** KL(p || q) and its gradient in the logits of p: p_i (log p_i - log q_i - KL). */
function divergence(p: readonly number[], q: readonly number[]): { value: number; gradient: number[] } {
  const [lp, lq] = [logNormalised(p), logNormalised(q)];
  let value = 0;
  lp.forEach((l, i) => (value += Math.exp(l) * (l - lq[i]!)));
  return { value, gradient: lp.map((l, i) => Math.exp(l) * (l - lq[i]! - value)) };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((a, i) => expect(a).toBeCloseTo(expected[i]!, 9));
}

const uniform = [1, 1, 1, 1];
const p = [0.5, 0.3, 0.15, 0.05];

describe('KL estimators', () => {
  test('against a uniform base: the published means, and k3 not with its sign inverted', async () => {
    const { mean } = await at(p, uniform);
    expect(mean('reverse')).toBeCloseTo(0.24417432, 8);
    expect(mean('k1')).toBeCloseTo(0.24417432, 8);
    expect(mean('k3')).toBeCloseTo(0.24417432, 8);
    expect(mean('k3WithK2Gradient')).toBeCloseTo(0.24417432, 8);
    expect(mean('k2')).toBeCloseTo(0.2094274, 7);
    expect(mean('k3')).not.toBeCloseTo(0.21582569, 3);
  });

  test('as estimates k1 and k3 are unbiased, and k2 and k3 never negative', async () => {
    await fc.assert(
      fc.asyncProperty(weights, weights, async (a, b) => {
        const { mean, each } = await at(a, b);
        const { value } = divergence(a, b);
        for (const name of ['k1', 'k3', 'k3WithK2Gradient', 'reverse'] as const)
          expect(mean(name)).toBeCloseTo(value, 9);
        for (const name of ['k2', 'k3', 'k3WithK2Gradient'] as const)
          expect(each(name).every((k) => k >= -1e-12)).toBe(true);
        expect(mean('forward')).toBeCloseTo(divergence(b, a).value, 9);
      }),
      { numRuns: 40 },
    );
  });

  test('as losses: the mean gradient is 0 for k1, that of KL(ref || pi) for k3, that of KL(pi || ref) for k2', async () => {
    await fc.assert(
      fc.asyncProperty(weights, weights, async (a, b) => {
        const { gradient } = await at(a, b);
        const reverse = divergence(a, b).gradient;
        const [pi, ref] = [logNormalised(a).map(Math.exp), logNormalised(b).map(Math.exp)];
        const forward = pi.map((x, i) => x - ref[i]!);
        expectClose(gradient('k1'), [0, 0, 0, 0]);
        expectClose(gradient('k2'), reverse);
        expectClose(gradient('k3WithK2Gradient'), reverse);
        expectClose(gradient('reverse'), reverse);
        expectClose(gradient('k3'), forward);
        expectClose(gradient('forward'), forward);
      }),
      { numRuns: 40 },
    );
  });

  test('differences of hundreds of nats give finite numbers', async () => {
    const outputs = await graph.run({ logits: [0, -200, 0, 0], ref: [-1, -1, -300, -1] });
    for (const [name, values] of Object.entries(outputs))
      expect([name, values.every(Number.isFinite)]).toEqual([name, true]);
  });
});

test('klNumbers equals the graph, and is 0 where both log-probabilities are the same', async () => {
  const [logits, ref] = [logNormalised(p), logNormalised([0.1, 0.2, 0.3, 0.4])];
  const { each } = await at(p, [0.1, 0.2, 0.3, 0.4]);
  for (const kind of Object.keys(klEstimators) as Estimator[]) {
    expectClose([...klNumbers(kind, logits, ref)], each(kind));
    expect([...klNumbers(kind, [-1, -Infinity], [-1, -Infinity])]).toEqual([0, 0]);
    expect(klNumbers(kind, [], [])).toHaveLength(0);
  }
});
