/** @file The most likely tokens of a policy in layers are those of the whole graph, and of loops in float64. */
import { afterEach, expect, test } from 'vitest';
import {
  denseTied,
  layersConfig,
  same,
  specOf,
  tiedBlocks,
  tiedConfig,
  variantConfig,
} from '../../../../testing/layers.ts';
import { inLayers, whole } from '../../../../testing/layerLearners.ts';
import { plainLogDistribution, plainLogits } from '../../../../testing/plainTransformer.ts';
import { blockWeights } from '../../../../testing/tinyPolicy.ts';
import { createNodeRuntime } from '../../../engine/runtime/node.ts';
import { createWasmRuntime } from '../../../engine/runtime/wasm.ts';
import type { DenseWeight } from '../../../policy/quantize.ts';
import type { Learner } from '../learner.ts';
import type { Likeliest, LikeliestQuery } from '../../trajectory/tokens.ts';

const learners: Learner[] = [];
afterEach(async () => {
  for (const learner of learners.splice(0)) await learner.dispose();
});

const spec = specOf({ id: 'grpo' });
/** The last token is the padding, as where an end token pads rows. */
const tokenIds = Int32Array.of(7, 140, 3, 150, 64, 0, 0, 0);
const columns = [1, 2, 3, 4];
const query = (slots: readonly string[], temperature = 0.7): LikeliestQuery => ({
  batch: { rows: 1, tokenIds, temperature, arrays: { mask: Float32Array.of(0, 1, 1, 1, 1, 0, 0) } },
  columns,
  slots,
  count: 20,
});

const byId = ({ ids, policies }: Likeliest) =>
  ids
    .map((id, i) => [id, ...policies.map(({ logProbs }) => logProbs[i] as number)] as const)
    .toSorted(([a], [b]) => a - b);

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((x, i) => expect(Math.abs(x - (expected[i] as number))).toBeLessThan(1e-5));
}

const node = () => createNodeRuntime();
const variants = () => same(variantConfig, blockWeights(variantConfig, 1, 4));

test.each([
  ['blocks and an untied head, on Node', node, () => same(layersConfig, blockWeights(layersConfig, 1, 4))],
  ['a tied embedding in blocks, on Node', node, tiedBlocks],
  ['biases, normed heads, windows and the like, on WASM', () => createWasmRuntime(), variants],
] as const)('the tokens and numbers of the whole graph: %s', async (_, create, pair) => {
  const { layers, whole: dense } = pair();
  const [own, other] = [await inLayers(await create(), spec, layers), await whole(await create(), spec, dense)];
  learners.push(own, other);
  const asked = query(['base', 'policy']);
  const [actual, expected] = [await own.likeliest(asked), await other.likeliest(asked)];
  expect(actual).toHaveLength(columns.length);
  actual.forEach((place, i) => {
    const wanted = expected[i] as Likeliest;
    // Two lists of 20 and the row's own token; the adapter moves some tokens out of the base's list.
    expect(place.ids.length).toBeGreaterThanOrEqual(20);
    expect(place.ids).toContain(tokenIds[(columns[i] as number) + 1]);
    expectClose(byId(place).flat(), byId(wanted).flat());
    expectClose(
      place.policies.map(({ entropy }) => entropy),
      wanted.policies.map(({ entropy }) => entropy),
    );
  });
  expect(actual[0]?.policies[0]).not.toEqual(actual[0]?.policies[1]);
});

test('the base’s tokens are those of loops in float64', async () => {
  const weights = denseTied();
  const learner = await inLayers(await createNodeRuntime(), spec, same(tiedConfig, weights).layers);
  learners.push(learner);
  const places = await learner.likeliest(query(['base']));
  const logits = plainLogits(tiedConfig, (name) => (weights.get(name) as DenseWeight).data, [...tokenIds]);
  places.forEach((place, i) => {
    const column = columns[i] as number;
    const logs = plainLogDistribution(logits[column] as number[], 0.7);
    const best = logs.map((_, id) => id).toSorted((a, b) => (logs[b] as number) - (logs[a] as number));
    const own = tokenIds[column + 1] as number;
    expect(place.ids.slice(0, 20)).toEqual(best.slice(0, 20));
    expect(new Set(place.ids)).toEqual(new Set([...best.slice(0, 20), own]));
    expectClose(
      place.policies[0]?.logProbs ?? [],
      place.ids.map((id) => logs[id] as number),
    );
    expectClose([place.policies[0]?.entropy ?? 0], [-logs.reduce((sum, log) => sum + Math.exp(log) * log, 0)]);
  });
});

test('a question leaves no tensor behind', async () => {
  const learner = await inLayers(await createNodeRuntime(), spec, tiedBlocks().layers);
  learners.push(learner);
  const alive: (number | undefined)[] = [];
  for (let time = 0; time < 3; time++) {
    await learner.likeliest(query(['base', 'policy']));
    alive.push((await learner.statistics())['liveTensors']);
  }
  expect(new Set(alive).size).toBe(1);
});
