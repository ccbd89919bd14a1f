/** @file Ratio, clipped surrogate and k3 against published numbers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { input, neg, reduceSum, reshape, type Value } from '../../engine/graph/index.ts';
import { runGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { torchUniforms } from '../../lib/torchUniforms.ts';
import { klK3 } from './kl.ts';
import { objectiveTerms, settingInput } from '../learner/graphs.ts';
import { grpo } from '../papers/grpo.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const values = (name: string, count: number): Value => input(name, [count]);

/** min(r A, clip(r, 1 - epsilon, 1 + epsilon) A), [count], compiled from the text of GRPO. */
function surrogateOf(logProbs: Value): Value {
  const shape = [1, ...logProbs.shape];
  const term = (name: string): Value => input(name, shape);
  const terms = objectiveTerms(grpo, shape, {
    logProbs: reshape(logProbs, shape),
    refLogProbs: term('refLogProbs'),
    entropy: term('entropy'),
    values: term('values'),
    logDistribution: term('logDistribution'),
    refLogDistribution: term('refLogDistribution'),
  });
  return reshape(neg(grpo.tokenLoss(terms)), logProbs.shape);
}
const range = { [settingInput('epsilon')]: [0.2] };

describe('the clipped surrogate', () => {
  test("gives Trinity-RFT's PPO loss and clip fraction on its inputs", async () => {
    const uniform = torchUniforms(42);
    const draw = () => Array.from({ length: 100 }, uniform);
    expect(
      draw()
        .slice(0, 3)
        .map((u) => u.toFixed(8)),
    ).toEqual(['0.88226926', '0.91500396', '0.38286376']);
    const again = torchUniforms(42);
    const signed = () => Array.from({ length: 100 }, () => Math.fround(2 * again() - 1));
    const [logProbs, oldLogProbs] = [signed(), signed()];
    signed(); // The reference: PPO does not read it.
    const mask: number[] = Array.from({ length: 100 }, () => (again() > 0.5 ? 1 : 0));
    const advantages = signed();
    const { surrogate = [] } = await runGraph(
      runtime,
      compile('ppo', { surrogate: surrogateOf(values('logProbs', 100)) }, 'float64'),
      { logProbs, oldLogProbs, advantages, ...range },
    );
    const tokens = mask.reduce((a, b) => a + b, 0);
    expect(-surrogate.reduce((sum, s, i) => sum + s * (mask[i] as number), 0) / tokens).toBeCloseTo(0.28560468554, 6);
    const clipped = surrogate.filter(
      (s, i) =>
        mask[i] &&
        Math.abs(s - Math.exp((logProbs[i] as number) - (oldLogProbs[i] as number)) * (advantages[i] as number)) > 1e-9,
    ).length;
    expect(clipped / tokens).toBeCloseTo(0.35416666, 6);
  });

  test('has the gradient of r A inside the range and zero where the clip is active', async () => {
    // Ratio and sign of A: inside; above, A > 0; above, A < 0; below, A < 0; below, A > 0. Clipped: the
    // second and the fourth.
    const ratios = [1, 1.5, 1.5, 0.5, 0.5];
    const advantages = [2, 1, -1, -1, 1];
    const logProbs = values('logProbs', 5);
    const loss = reduceSum(surrogateOf(logProbs));
    const gradient = grad(loss, [logProbs])[0] as Value;
    const outputs = await runGraph(runtime, compile('d', { gradient }, 'float64'), {
      logProbs: ratios.map(Math.log),
      oldLogProbs: [0, 0, 0, 0, 0],
      advantages,
      ...range,
    });
    [2, 0, -1.5, 0, 0.5].forEach((expected, i) => expect(outputs.gradient?.[i]).toBeCloseTo(expected, 12));
  });
});

describe('the k3 estimator', () => {
  test('has the exact divergence as its mean under the policy', async () => {
    const p = [0.5, 0.3, 0.15, 0.05];
    const { k3 = [] } = await runGraph(
      runtime,
      compile('k3', { k3: klK3(values('lp', 4), values('ref', 4)) }, 'float64'),
      { lp: p.map(Math.log), ref: p.map(() => Math.log(0.25)) },
    );
    expect(k3.reduce((sum, k, i) => sum + k * (p[i] as number), 0)).toBeCloseTo(0.24417432, 8);
    expect(k3.every((k) => k >= 0)).toBe(true);
  });

  test('is zero with zero gradient for equal policies, and finite for a difference of 99 nats', async () => {
    const lp = values('lp', 3);
    const k3 = klK3(lp, values('ref', 3));
    const outputs = await runGraph(
      runtime,
      compile('k3', { k3, gradient: grad(reduceSum(k3), [lp])[0] as Value }, 'float64'),
      { lp: [-1, -100, -1], ref: [-1, -1, -100] },
    );
    expect(outputs.k3?.[0]).toBe(0);
    expect(outputs.gradient?.[0]).toBeCloseTo(0, 12);
    expect(outputs.k3?.[1]).toBeCloseTo(Math.exp(20) - 21, 0);
    expect(outputs.k3?.[2]).toBeCloseTo(19 + Math.exp(-20), 9);
  });
});
