/** @file Programs of layers and of parts of the vocabulary give the numbers of the whole graph. */
import { afterEach, describe, expect, test } from 'vitest';
import { largestError } from '../../../engine/onnx/graphRun.ts';
import { createNodeRuntime } from '../../../engine/runtime/node.ts';
import { createWasmRuntime } from '../../../engine/runtime/wasm.ts';
import type { Runtime } from '../../../engine/runtime/runtime.ts';
import {
  blockWeights,
  randomAdapter,
  randomTokens,
  randomWeights,
  tinyBlocks,
} from '../../../../testing/tinyPolicy.ts';
import { adamState, policyOf } from '../../../../testing/slots.ts';
import { present } from '../../../lib/assert.ts';
import { random } from '../../../lib/random.ts';
import type { PolicyConfig } from '../../../policy/config.ts';
import { layerWeights } from '../../../policy/layers/weights.ts';
import { loraTargets } from '../../../policy/lora.ts';
import { frozenParameters } from '../../../policy/parameters.ts';
import { dequantizeLinear, quantizeLinear, type Weight } from '../../../policy/quantize.ts';
import type { AlgorithmChoice } from '../../algorithm/compose.ts';
import type { GradientBatch } from '../../trajectory/tokens.ts';
import { type DecoderWeights, openDecoder } from '../feeds.ts';
import { columnsOf, type Learner, type LearnerSpec } from '../learner.ts';
import { LocalLane } from '../lane.ts';
import { ShardedLearner } from '../shardedLearner.ts';
import { createLayerLearner } from './layerLearner.ts';

/** Grouped queries, three layers, and a vocabulary that no number of parts divides. */
const config: PolicyConfig = { ...tinyBlocks, vocabSize: 151, layers: 3, heads: 4, kvHeads: 2 };
const tied: PolicyConfig = { ...config, tiedHead: true };
const CHUNK = 64;
const rows = 5;
const lora = { rank: 2, alpha: 4, targets: [...loraTargets] };

const specOf = (algorithm: AlgorithmChoice): LearnerSpec => ({
  checkpoint: new Uint8Array(),
  slots: { policy: { set: { kind: 'lora', lora }, algorithm } },
  shardSize: rows,
  microBatch: { rows: 3, states: 20 },
  promptLength: 3,
  completionLength: 5,
});

/** A decoder in the form for layers, and the same for the whole graph. */
interface Pair {
  readonly layers: DecoderWeights;
  readonly whole: DecoderWeights;
}

const fileOf = (of: PolicyConfig, weights: ReadonlyMap<string, Weight>): DecoderWeights => ({
  config: of,
  special: { padId: 0, endIds: [1] },
  weights,
});

const same = (of: PolicyConfig, weights: ReadonlyMap<string, Weight>): Pair => ({
  layers: fileOf(of, weights),
  whole: fileOf(of, weights),
});

/** Dense weights with logits of a usual size. */
function denseTied(): Map<string, Weight> {
  const weights = new Map<string, Weight>(randomWeights(tied, 1));
  const { shape, data } = present(randomWeights(tied, 1).get('embedding'), 'embedding');
  return weights.set('embedding', { kind: 'dense', shape, data: data.map((x) => 0.2 * x) });
}

/** A tied embedding [V, d] in blocks along d, and the same dense. */
function tiedBlocks(): Pair {
  const { dim, vocabSize } = tied;
  const weights: Map<string, Weight> = blockWeights(tied, 1, 4);
  const turned = Float32Array.from({ length: dim * vocabSize }, (_, i) => Math.sin(3 * i) / 3);
  const blocks = quantizeLinear(turned, [dim, vocabSize], 4);
  const dense = dequantizeLinear(blocks);
  const data = Float32Array.from(dense, (_, i) => dense[(i % dim) * vocabSize + Math.floor(i / dim)] as number);
  return {
    layers: fileOf(tied, new Map(weights).set('embedding', blocks)),
    whole: fileOf(tied, new Map(weights).set('embedding', { kind: 'dense', shape: [vocabSize, dim], data })),
  };
}

function batchOf(spec: LearnerSpec): GradientBatch {
  const columns = columnsOf(spec);
  const stream = random(3, 'layers');
  const numbers = (draw: () => number) => Float32Array.from({ length: rows * columns }, draw);
  const mask = numbers(() => 1).map((_, i) => (i % columns >= spec.promptLength - 1 ? 1 : 0));
  return {
    rows,
    tokenIds: Int32Array.from(randomTokens(config, 5, rows, columns + 1)),
    temperature: 0.7,
    arrays: {
      mask,
      weights: numbers(() => 0.05 + 0.1 * stream.uniform()).map((w, i) => w * (mask[i] as number)),
      entropyWeights: mask.map((m) => m / 25),
      oldLogProbs: numbers(() => -5 + 0.2 * stream.normal()),
      advantages: numbers(() => stream.normal()),
    },
    settings: { epsilon: 0.2, beta: 0.3, entropy_coef: 0.5 },
  };
}

const learners: Learner[] = [];
afterEach(async () => {
  for (const learner of learners.splice(0)) await learner.dispose();
});

/** The learner with an adapter away from zero. */
async function moved<T extends Learner>(learner: T): Promise<T> {
  learners.push(learner);
  const size = policyOf(await learner.state()).parameters.length;
  await learner.restore(adamState(randomAdapter(size, 2, 0.1), new Float32Array(size), new Float32Array(size), 0));
  return learner;
}

const inLayers = async (runtime: Runtime, spec: LearnerSpec, file: DecoderWeights) =>
  moved(await createLayerLearner(runtime, spec, 1, file, CHUNK));

async function whole(runtime: Runtime, spec: LearnerSpec, file: DecoderWeights) {
  const open = () => openDecoder(spec, file, frozenParameters(file.weights, 0), true);
  const lanes = [new LocalLane(runtime, open)];
  return moved(await ShardedLearner.create(lanes, spec, 1, new Promise(() => {}), 1, open));
}

/** All numbers of one score, gradient and update, and of a reading of the base. */
async function numbersOf(learner: Learner, spec: LearnerSpec) {
  const batch = batchOf(spec);
  await learner.score(batch);
  const { loss, ...statistics } = await learner.gradient(batch);
  const { gradNorm } = await learner.update({ learningRate: 0.01, maxGradNorm: 1e9 });
  const { optimizer, parameters } = policyOf(await learner.state());
  const base = await learner.read(batch, 'base');
  return {
    ...statistics,
    scalars: Float32Array.of(loss, gradNorm),
    // Without clipping the first moment, initially zero, is 0.1 times the gradient.
    gradient: present(optimizer.firstMoment, 'firstMoment'),
    parameters,
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
    pair: () => same(config, blockWeights(config, 1, 4)),
    algorithm: { id: 'grpo' },
  },
  {
    name: 'dense weights and an untied head',
    pair: () => same(config, randomWeights(config, 1)),
    algorithm: { id: 'grpo' },
  },
  { name: 'dense weights and a tied head', pair: () => same(tied, denseTied()), algorithm: { id: 'reinforce' } },
  { name: 'a tied embedding in blocks', pair: tiedBlocks, algorithm: { id: 'grpo' } },
  { name: 'an entropy bonus', pair: tiedBlocks, algorithm: { id: 'grpo', entropyBonus: true } },
];

describe.each([
  { backend: 'Node', create: () => createNodeRuntime() },
  { backend: 'WASM', create: () => createWasmRuntime() },
])('on $backend the numbers of the whole graph', ({ create }) => {
  test.each(cases)('$name', async ({ pair, algorithm }) => {
    const spec = specOf(algorithm);
    const { layers, whole: dense } = pair();
    const actual = await numbersOf(await inLayers(await create(), spec, layers), spec);
    const expected = await numbersOf(await whole(await create(), spec, dense), spec);
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
  const learner = await inLayers(await createNodeRuntime(), spec, tiedBlocks().layers);
  const alive: number[] = [];
  for (let step = 0; step < 3; step++) {
    await numbersOf(learner, spec);
    alive.push((await learner.statistics()).liveTensors as number);
  }
  expect(new Set(alive).size).toBe(1);
});

describe('is refused', () => {
  const open = async (spec: LearnerSpec, file: DecoderWeights = tiedBlocks().layers) => {
    const runtime = await createNodeRuntime();
    return createLayerLearner(runtime, spec, 1, file, CHUNK).finally(() => runtime.dispose());
  };

  test.each([
    [{ id: 'grpo', kl: { kl: 'exact' } }, 'grpo: its loss reads logDistribution'],
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
    const weights = new Map(layers.weights).set(name, present(blockWeights(tied, 1, 8).get(name), name));
    await expect(open(specOf({ id: 'grpo' }), { ...layers, weights })).rejects.toThrow('layer 1 differs');
  });

  test('a tensor as large as all distributions', async () => {
    // The scores of attention, [2, 2, 20, 20], have more numbers than the distributions over 64 tokens.
    const few = { ...tied, vocabSize: 64 };
    await expect(open(specOf({ id: 'grpo' }), fileOf(few, blockWeights(few, 1, 4)))).rejects.toThrow(
      'layer: a tensor [2,2,20,20] is as large as all distributions together',
    );
  });
});

test('an untied dense head is stored by token', () => {
  const head: Weight = { kind: 'dense', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const weights = layerWeights({ ...config, tiedHead: false }, new Map([['head', head]]));
  expect(weights.get('head.rows')).toEqual({ kind: 'dense', shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) });
});
