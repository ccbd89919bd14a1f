/**
 * @file The gradient of pretraining in float64 against finite differences, and the pretrainer's first update against
 * that gradient.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../engine/autodiff/grad.ts';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { constant, input, mul, neg, reduceSum } from '../../engine/graph/index.ts';
import { loadGraph, runGraph } from '../../engine/onnx/graphRun.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { randomAdapter, tinyConfig } from '../../../testing/tinyPolicy.ts';
import { flatten, trainableParameters, unflatten, weightLayout } from '../../policy/parameters.ts';
import { score } from '../../../testing/wholeRows.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { demonstrationBatch, longestDemonstration } from './demonstrations.ts';
import { initialWeights, Pretrainer } from './pretrainer.ts';
import { defaultRecipe } from './defaultRecipe.ts';
import type { Recipe } from './recipe.ts';

const tokenizer = characterTokenizer();
const recipe: Recipe = {
  ...defaultRecipe,
  policy: { ...tinyConfig, vocabSize: tokenizer.vocabSize, maxSequence: 64 },
  schedule: { ...defaultRecipe.schedule, batch: 3, maxGradNorm: 1e6, weightDecay: 0 },
};
const length = longestDemonstration(recipe);
const { segments, size } = weightLayout(recipe.policy);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** Negative log-likelihood of the answers, as in the pretrainer, and its gradient. */
function lossGraph() {
  const values = unflatten(input('parameters', [size]), segments);
  const { logProbs } = score(
    recipe.policy,
    trainableParameters(values),
    input('tokenIds', [3, length], 'int'),
    constant([1], []),
  );
  const loss = neg(reduceSum(mul(logProbs, input('weights', [3, length - 1]))));
  return { loss, gradient: flatten(grad(loss, [...values.values()])) };
}

describe('pretraining', () => {
  const batch = demonstrationBatch(recipe, tokenizer, 5, 0, length);

  test('its gradient in all weights is that of finite differences', async () => {
    const { loss, gradient } = lossGraph();
    // Away from the initial weights, at which the embedding is nearly 0 and attention nearly uniform.
    const noise = randomAdapter(size, 3, 0.3);
    const parameters = Array.from(initialWeights(recipe.policy, 5), (x, i) => x + (noise[i] as number));
    const analytic =
      (await runGraph(runtime, compile('gradient', { gradient }, 'float64'), { ...batch, parameters })).gradient ?? [];
    const loaded = await loadGraph(runtime, compile('loss', { loss }, 'float64'));
    const stream = random('entries', 1);
    // Entries of every tensor, those of the embedding from a row that the batch uses.
    const entries = segments.flatMap(({ name, offset, shape }) => {
      const used = name === 'embedding' ? (batch.tokenIds[0] as number) * (shape[1] as number) : 0;
      const count = name === 'embedding' ? (shape[1] as number) : shape.reduce((a, b) => a * b, 1);
      return Array.from({ length: 3 }, () => offset + used + stream.integer(0, count - 1));
    });
    expect(entries.length).toBeGreaterThanOrEqual(60);
    const numeric = await derivatives(
      async (point) => (await loaded.run({ ...batch, parameters: point })).loss?.[0] as number,
      parameters,
      entries,
    );
    await loaded.dispose();
    expect(
      gradientError(
        entries.map((i) => analytic[i] as number),
        numeric,
      ),
    ).toBeLessThan(1e-6);
    expect(numeric.every((d) => d !== 0)).toBe(true);
  });

  test('the first moment after one update is a tenth of that gradient, and the loss is that of a uniform guess', async () => {
    const { gradient } = lossGraph();
    const parameters = Array.from(initialWeights(recipe.policy, 5));
    const expected =
      (await runGraph(runtime, compile('gradient', { gradient }, 'float64'), { ...batch, parameters })).gradient ?? [];
    const pretrainer = await Pretrainer.create(runtime, recipe, tokenizer, 5);
    const { loss, gradNorm } = await pretrainer.update();
    const { firstMoment } = (await pretrainer.state()).optimizer;
    expect(gradNorm).toBeCloseTo(Math.hypot(...expected), 4);
    expect(Math.abs(loss - Math.log(tokenizer.vocabSize))).toBeLessThan(1);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const error = expected.reduce((most, x, i) => Math.max(most, Math.abs(10 * (firstMoment?.[i] as number) - x)), 0);
    expect(error / largest).toBeLessThan(1e-4);
  });

  test('the same seed gives the same losses, resumed or not', async () => {
    const straight = await Pretrainer.create(runtime, recipe, tokenizer, 5);
    const losses = [await straight.update(), await straight.update(), await straight.update()];
    const first = await Pretrainer.create(runtime, recipe, tokenizer, 5);
    await first.update();
    const resumed = await Pretrainer.create(runtime, recipe, tokenizer, 5, await first.state());
    expect([await resumed.update(), await resumed.update()]).toEqual(losses.slice(1));
    expect(await resumed.state()).toEqual(await straight.state());
    const other = await Pretrainer.create(runtime, recipe, tokenizer, 6);
    expect((await other.update()).loss).not.toBe(losses[0]?.loss);
  });
});
