/** @file Programs of layers and of parts of the vocabulary give the numbers of the whole graph. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  CHUNK,
  denseTied,
  layersConfig,
  lora,
  type Pair,
  same,
  specOf,
  tiedBlocks,
  tiedConfig,
  variantConfig,
} from '../../../../testing/layers.ts';
import { inLayers, whole } from '../../../../testing/layerLearners.ts';
import { policyOf } from '../../../../testing/slots.ts';
import { blockWeights, randomWeights } from '../../../../testing/tinyPolicy.ts';
import { largestError } from '../../../engine/onnx/graphRun.ts';
import { createNodeRuntime } from '../../../engine/runtime/node.ts';
import { createWasmRuntime } from '../../../engine/runtime/wasm.ts';
import { present } from '../../../lib/assert.ts';
import { layerWeights } from '../../../policy/layers/weights.ts';
import type { Weight } from '../../../policy/quantize.ts';
import type { AlgorithmChoice } from '../../algorithm/compose.ts';
import type { DecoderWeights } from '../feeds.ts';
import { readTokens } from '../../step/tokenReading.ts';
import type { Learner, LearnerSpec } from '../learner.ts';
import { createLayerLearner } from './layerLearner.ts';

const learners: Learner[] = [];
afterEach(async () => {
  for (const learner of learners.splice(0)) await learner.dispose();
});

/** Disposed after the test. */
function kept<T extends Learner>(learner: T): T {
  learners.push(learner);
  return learner;
}

/** All numbers of one score, gradient and update, and of a reading of the base. */
async function numbersOf(learner: Learner, spec: LearnerSpec) {
  const batch = batchOf(spec);
  await learner.score(batch);
  const { loss, ...statistics } = await learner.gradient(batch);
  const { gradNorm } = await learner.update({ learningRate: 0.01, maxGradNorm: 1e9 });
  const { optimizer } = policyOf(await learner.state());
  const base = await learner.read(batch, 'base');
  // The exact KL, from distributions where the learner has them whole.
  const { refLogProbs, kl } = await readTokens(learner, batch);
  return {
    ...statistics,
    readRefLogProbs: Float32Array.from(refLogProbs),
    readKl: Float32Array.from(kl),
    scalars: Float32Array.of(loss, gradNorm),
    // Without clipping the first moment, initially zero, is 0.1 times the gradient.
    gradient: present(optimizer.firstMoment, 'firstMoment'),
    baseLogProbs: base.logProbs,
    baseEntropy: base.entropy,
  };
}

/** The largest difference, relative to the largest number. */
function distance(a: Float32Array, b: Float32Array): number {
  const largest = b.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return largestError(
    a.map((x) => x / largest),
    b.map((x) => x / largest),
  );
}

const cases: { name: string; pair: () => Pair; algorithm: AlgorithmChoice }[] = [
  {
    name: 'blocks and an untied head',
    pair: () => same(layersConfig, blockWeights(layersConfig, 1, 4)),
    algorithm: { id: 'grpo' },
  },
  {
    name: 'dense weights and an untied head',
    pair: () => same(layersConfig, randomWeights(layersConfig, 1)),
    algorithm: { id: 'grpo' },
  },
  { name: 'dense weights and a tied head', pair: () => same(tiedConfig, denseTied()), algorithm: { id: 'reinforce' } },
  { name: 'a tied embedding in blocks', pair: tiedBlocks, algorithm: { id: 'grpo' } },
  {
    name: 'biases, normed heads, windows and the like',
    pair: () => same(variantConfig, blockWeights(variantConfig, 1, 4)),
    algorithm: { id: 'grpo' },
  },
  { name: 'an entropy bonus', pair: tiedBlocks, algorithm: { id: 'grpo', entropyBonus: true } },
];

describe.each([
  { backend: 'Node', create: () => createNodeRuntime() },
  { backend: 'WASM', create: () => createWasmRuntime() },
])('on $backend the numbers of the whole graph', ({ create }) => {
  test.each(cases)('$name', async ({ pair, algorithm }) => {
    const spec = specOf(algorithm);
    const { layers, whole: dense } = pair();
    const actual = await numbersOf(kept(await inLayers(await create(), spec, layers)), spec);
    const expected = await numbersOf(kept(await whole(await create(), spec, dense)), spec);
    expect(expected.gradient.filter((x) => x !== 0).length).toBeGreaterThan(expected.gradient.length / 2);
    const names = Object.keys(expected) as (keyof typeof expected)[];
    expect(names.filter((name) => !(distance(actual[name], expected[name]) < 1e-5))).toEqual([]);
  });
});

test('the KL of an unmoved adapter is exactly 0, and its log-probabilities are those of the base', async () => {
  const spec = specOf({ id: 'grpo' });
  const learner = await createLayerLearner(await createNodeRuntime(), spec, 1, tiedBlocks().layers, CHUNK);
  learners.push(learner);
  const batch = batchOf(spec);
  await learner.score(batch);
  const { kl, logProbs, refLogProbs } = await learner.gradient(batch);
  expect(kl.every((x) => x === 0)).toBe(true);
  expect(refLogProbs).toEqual(logProbs);
  expect(logProbs.some((x) => x < -1)).toBe(true);
});

test('steps leave no tensor behind', async () => {
  const spec = specOf({ id: 'grpo' });
  const learner = kept(await inLayers(await createNodeRuntime(), spec, tiedBlocks().layers));
  const alive: number[] = [];
  for (let step = 0; step < 3; step++) {
    await numbersOf(learner, spec);
    alive.push((await learner.statistics()).liveTensors as number);
  }
  expect(new Set(alive).size).toBe(1);
});

test('without a size in the spec, a micro-batch has more states than one of a small policy', async () => {
  const wide: LearnerSpec = { ...specOf({ id: 'grpo' }), completionLength: 40 };
  Reflect.deleteProperty(wide, 'microBatch');
  const file = tiedBlocks().layers;
  const learner = await createLayerLearner(
    await createNodeRuntime(),
    wide,
    1,
    { ...file, config: { ...file.config, maxSequence: 64 } },
    CHUNK,
  );
  learners.push(learner);
  await learner.score(batchOf(wide));
  // 5 rows of 42 states in one run of three layers and the last norm.
  expect((await learner.statistics()).runs).toBe(4);
});

describe('is refused', () => {
  const open = async (spec: LearnerSpec, file: DecoderWeights = tiedBlocks().layers) => {
    const runtime = await createNodeRuntime();
    return createLayerLearner(runtime, spec, 1, file, CHUNK).finally(() => runtime.dispose());
  };

  test.each([
    [{ id: 'grpo', kl: { kl: 'exact' } }, 'grpo: its loss reads whole distributions'],
    [{ id: 'grpo', kl: { kl: 'exactForward' } }, 'grpo: its loss reads'],
  ] as const)('an objective over whole distributions: %j', async (algorithm, message) => {
    await expect(open(specOf(algorithm))).rejects.toThrow(message);
  });

  test.each([
    [{ kind: 'full' }, 'slots.policy: of a policy in layers only adapters'],
    [{ kind: 'lora', lora: { ...lora, critic: true } }, 'slots.policy: of a policy in layers only adapters'],
  ] as const)('a slot of %j', async (set, message) => {
    await expect(open({ ...specOf({ id: 'grpo' }), slots: { policy: { set } } })).rejects.toThrow(message);
  });

  test('layers of different bits', async () => {
    const { layers } = tiedBlocks();
    const name = 'layers.1.q';
    const weights = new Map(layers.weights).set(name, present(blockWeights(tiedConfig, 1, 8).get(name), name));
    await expect(open(specOf({ id: 'grpo' }), { ...layers, weights })).rejects.toThrow('layer 1 differs');
  });

  test('a part of the vocabulary that holds all of it', async () => {
    const spec = specOf({ id: 'grpo' });
    const learner = await createLayerLearner(await createNodeRuntime(), spec, 1, tiedBlocks().layers, 151);
    learners.push(learner);
    await expect(learner.read(batchOf(spec), 'base')).rejects.toThrow('chunk: a tensor [20,151] is as large as all');
  });
});

test('an untied dense head is stored by token', () => {
  const head: Weight = { kind: 'dense', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const weights = layerWeights({ ...layersConfig, tiedHead: false }, new Map([['head', head]]));
  expect(weights.get('head.rows')).toEqual({ kind: 'dense', shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) });
});
