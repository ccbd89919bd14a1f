/**
 * @file Node and WASM agree on one training step of the shipped architecture with random weights: loss, token
 * statistics and gradient.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { HostTensor } from '../../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../../engine/runtime/wasm.ts';
import { random } from '../../lib/random.ts';
import { encodeCheckpoint, quantizeWeights } from '../../policy/checkpoint.ts';
import { randomAdapter, randomTokens } from '../../../testing/tinyPolicy.ts';
import { forestOf } from '../../policy/forest.ts';
import { adapterLayout } from '../../policy/lora.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { initialWeights, namedWeights } from '../pretraining/pretrainer.ts';
import { defaultRecipe } from '../pretraining/defaultRecipe.ts';
import type { GradientResult } from './jobs.ts';
import { LocalLane } from './lane.ts';
import { forestShape } from './forestShape.ts';
import type { LearnerSpec } from './learner.ts';
import { loraSlots } from '../../../testing/slots.ts';

const tokenizer = characterTokenizer();
const { policy } = defaultRecipe;
const quantized = quantizeWeights({ config: policy, weights: namedWeights(policy, initialWeights(policy, 1)) }, 4);
const lora = { rank: 8, alpha: 16, targets: loraTargets };
const spec: LearnerSpec = {
  checkpoint: encodeCheckpoint(
    { ...quantized, tokenizer: tokenizer.describe() },
    { id: 'untrained', title: 'Untrained', date: '2026-01-01', mixture: {}, pretraining: {}, accuracies: {} },
  ),
  slots: loraSlots(lora, 'grpo'),
  shardSize: 8,
  microBatch: { rows: 8, states: 128 },
  promptLength: 6,
  completionLength: 10,
};
const layout = adapterLayout(policy, lora);
const adapter = randomAdapter(layout.size, 1, 0.02);
const shape = forestShape(spec, 1, false);
const count = shape.rows * shape.columns;

/** A batch as in the second update of a step, with ratios other than 1; the same for both runtimes. */
async function trainingStep(
  lane: LocalLane,
): Promise<{ result: GradientResult; updated: Float32Array; reference: HostTensor }> {
  const stream = random('agreement', 1);
  const draw = (scale: number, centre = 0) =>
    Float32Array.from({ length: count }, () => centre + scale * stream.normal());
  const tokenIds = Int32Array.from(randomTokens(policy, 2, shape.rows, 16));
  const job = { trajectory: { ...forestOf(shape, tokenIds) }, temperature: 1 };
  const reference = await lane.score(job);
  const result = await lane.gradient({
    ...job,
    slot: 'policy',
    parameters: adapter,
    reference,
    settings: { epsilon: 0.2, beta: 0.1 },
    arrays: {
      oldLogProbs: draw(0.2, -4),
      advantages: draw(1),
      weights: draw(0).fill(1 / count),
      mask: draw(0).fill(1),
      rewards: draw(0),
    },
  });
  const zeros = () => new Float32Array(layout.size);
  const { state } = await lane.update(
    'policy',
    { parameters: adapter, optimizer: { firstMoment: zeros(), secondMoment: zeros() }, updates: 0 },
    result.gradient,
    { learningRate: 0.001, maxGradNorm: 1 },
  );
  return { result, updated: state.parameters, reference: reference.refLogDistribution as HostTensor };
}

let lanes: readonly [LocalLane, LocalLane];
beforeAll(async () => {
  lanes = [new LocalLane(await createNodeRuntime()), new LocalLane(await createWasmRuntime())];
  for (const lane of lanes) await lane.open(spec);
});
afterAll(async () => {
  for (const lane of lanes) await lane.dispose();
});

/** max|a - b| / max|a|. */
function distance(a: Float32Array, b: Float32Array): number {
  expect(b.length).toBe(a.length);
  const difference = a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0);
  return difference / a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

test('Node and WASM agree on loss, statistics and the gradient of every adapter tensor, and each is deterministic', async () => {
  const [node, wasm] = [await trainingStep(lanes[0]), await trainingStep(lanes[1])];
  expect(await trainingStep(lanes[0])).toEqual(node);
  expect(await trainingStep(lanes[1])).toEqual(wasm);
  expect(Math.abs(node.result.loss)).toBeGreaterThan(1e-3);
  expect(Math.abs(wasm.result.loss - node.result.loss) / Math.abs(node.result.loss)).toBeLessThan(1e-5);
  expect(distance(node.reference.data as Float32Array, wasm.reference.data as Float32Array)).toBeLessThan(1e-5);
  for (const name of ['logProbs', 'refLogProbs', 'entropy'] as const)
    expect(distance(node.result[name]!, wasm.result[name]!), `distance of ${name}`).toBeLessThan(1e-5);
  for (const {
    name,
    offset,
    shape: [n, k],
  } of layout.segments) {
    const part = (gradient: Float32Array) => gradient.subarray(offset, offset + (n as number) * (k as number));
    expect(distance(part(node.result.gradient), part(wasm.result.gradient)), `gradient of ${name}`).toBeLessThan(5e-5);
  }
  const moved = distance(node.updated, adapter);
  expect(moved).toBeGreaterThan(1e-3);
});
