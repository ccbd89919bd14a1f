/**
 * @file The GRPO loss of a batch against a scalar loop written from the paper (arXiv 2402.03300, eq. 3), value and
 * gradient.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { input, type Value } from '../../engine/graph/index.ts';
import { runGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { groupAdvantages } from '../advantages/group.ts';
import { objectiveLoss } from '../learner/graphs.ts';
import { grpo } from './grpo.ts';
import { bySize } from '../../../testing/groups.ts';

const [rows, columns] = [8, 5];
const lengths = [5, 3, 0, 1, 4, 5, 2, 5];
const completions = lengths.map((length) => ({ length, terminated: true }));
const rewards = [1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5];

interface Batch {
  readonly logProbs: readonly number[];
  readonly old: readonly number[];
  readonly ref: readonly number[];
  readonly epsilon: number;
  readonly beta: number;
}

function batch(beta: number): Batch {
  const stream = random('grpo', 1);
  const draw = (scale: number, centre: number) =>
    Array.from({ length: rows * columns }, () => centre + scale * stream.normal());
  const logProbs = draw(1, -2);
  return {
    logProbs,
    old: logProbs.map((lp) => lp + 0.4 * stream.normal()),
    ref: logProbs.map((lp) => lp + 0.5 * stream.normal()),
    epsilon: 0.2,
    beta,
  };
}

/**
 * Mean over completions of the mean over their tokens of -(min(r A, clip(r) A) - beta k3), A within groups of four;
 * completions without tokens are left out of the mean.
 */
function oracle({ logProbs, old, ref, epsilon, beta }: Batch): number {
  let total = 0;
  let sequences = 0;
  for (let row = 0; row < rows; row++) {
    const group = rewards.slice(4 * Math.floor(row / 4), 4 * Math.floor(row / 4) + 4);
    const mean = (group[0]! + group[1]! + group[2]! + group[3]!) / 4;
    let squares = 0;
    for (const r of group) squares += (r - mean) * (r - mean);
    const advantage = (rewards[row]! - mean) / (Math.sqrt(squares / 3) + 1e-4);
    if (lengths[row]! > 0) sequences++;
    for (let t = 0; t < lengths[row]!; t++) {
      const i = row * columns + t;
      const r = Math.exp(logProbs[i]! - old[i]!);
      let clipped = r;
      if (r < 1 - epsilon) clipped = 1 - epsilon;
      if (r > 1 + epsilon) clipped = 1 + epsilon;
      const surrogate = r * advantage < clipped * advantage ? r * advantage : clipped * advantage;
      const away = ref[i]! - logProbs[i]!;
      total -= (surrogate - beta * (Math.exp(away) - away - 1)) / lengths[row]!;
    }
  }
  return total / sequences;
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Loss and gradient in the log-probabilities, [rows * columns], with the estimator, weights and text of `grpo`. */
async function evaluate(
  { logProbs, old, ref, epsilon, beta }: Batch,
  rewarded = rewards,
): Promise<{ loss: number; gradient: number[] }> {
  const perToken = (name: string): Value => input(name, [rows, columns]);
  const lp = perToken('logProbs');
  const none = input('unused', [1]);
  const loss = objectiveLoss(grpo, [rows, columns], {
    logProbs: lp,
    refLogProbs: perToken('refLogProbs'),
    entropy: none,
    values: none,
    logDistribution: none,
    refLogDistribution: none,
  });
  const spread = (perRow: Float32Array) =>
    Array.from({ length: rows * columns }, (_, i) =>
      i % columns < lengths[Math.floor(i / columns)]! ? perRow[Math.floor(i / columns)]! : 0,
    );
  const outputs = await runGraph(
    runtime,
    compile('grpo', { loss, gradient: grad(loss, [lp])[0] as Value }, 'float64'),
    {
      logProbs,
      oldLogProbs: old,
      refLogProbs: ref,
      'setting.epsilon': [epsilon],
      'setting.beta': [beta],
      advantages: spread(bySize(groupAdvantages, Float32Array.from(rewarded), 4)),
      weights: spread(grpo.tokenWeights(completions, columns)),
    },
  );
  // Adding 0 turns -0 into 0.
  return { loss: outputs.loss?.[0] as number, gradient: (outputs.gradient ?? []).map((x) => x + 0) };
}

describe('the GRPO loss', () => {
  test.each([0, 0.04, 1])(
    'equals the scalar loop, and its gradient the finite differences, at beta %f',
    async (beta) => {
      const at = batch(beta);
      const { loss, gradient } = await evaluate(at);
      expect(loss).toBeCloseTo(oracle(at), 6);
      const entries = [...gradient.keys()];
      const numeric = await derivatives(async (logProbs) => oracle({ ...at, logProbs }), at.logProbs, entries, 1e-5);
      // Advantages and weights are float32.
      expect(gradientError(gradient, numeric)).toBeLessThan(1e-5);
    },
  );

  test('values outside completions change nothing', async () => {
    const at = batch(0.1);
    const beyond = (values: readonly number[], by: number) =>
      values.map((v, i) => (i % columns < lengths[Math.floor(i / columns)]! ? v : v + by));
    expect(
      await evaluate({ ...at, logProbs: beyond(at.logProbs, 3), old: beyond(at.old, -1), ref: beyond(at.ref, 2) }),
    ).toEqual(await evaluate(at));
  });

  test('groups with equal rewards give no gradient at beta 0, else only that of the KL penalty', async () => {
    const equal = Array<number>(rows).fill(0.5);
    expect((await evaluate(batch(0), equal)).gradient.every((x) => x === 0)).toBe(true);
    const at = batch(0.5);
    const { gradient } = await evaluate(at, equal);
    gradient.forEach((x, i) => {
      const length = lengths[Math.floor(i / columns)]!;
      expect(x).toBeCloseTo(
        i % columns < length ? (0.5 * (1 - Math.exp(at.ref[i]! - at.logProbs[i]!))) / (7 * length) : 0,
        7,
      );
    });
  });

  test('on-policy, the gradient of each token is its advantage times its weight', async () => {
    const at = { ...batch(0), old: batch(0).logProbs };
    const { gradient } = await evaluate(at);
    const advantages = bySize(groupAdvantages, Float32Array.from(rewards), 4);
    lengths.forEach((length, row) => {
      for (let t = 0; t < length; t++)
        expect(gradient[row * columns + t]).toBeCloseTo(-advantages[row]! / (7 * length), 7);
    });
  });
});
