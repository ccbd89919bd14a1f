import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { encodeCheckpoint, quantizeWeights } from '../../policy/checkpoint.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { initialWeights, namedWeights } from '../pretraining/pretrainer.ts';
import { GpuLearner } from './gpuLearner.ts';
import { type OpenSpec, openSpec } from './feeds.ts';
import { LocalLane } from './lane.ts';
import { bindWeights } from '../../policy/boundWeights.ts';
import { fedParameters } from '../../policy/parameters.ts';
import { columnsOf, type Learner, type LearnerSpec } from './learner.ts';
import type { LearnerState } from './state.ts';
import type { GradientBatch, RolloutBatch } from '../trajectory/tokens.ts';
import { ShardedLearner } from './shardedLearner.ts';
import { adamState, loraSlots, policyOf } from '../../../testing/slots.ts';

const tokenizer = characterTokenizer();
const policy = {
  vocabSize: tokenizer.vocabSize,
  dim: 32,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  hiddenDim: 64,
  maxSequence: 32,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};
const quantized = quantizeWeights({ config: policy, weights: namedWeights(policy, initialWeights(policy, 1)) }, 4);
const spec: LearnerSpec = {
  checkpoint: encodeCheckpoint(
    { ...quantized, tokenizer: tokenizer.describe() },
    { id: 'tiny', title: 'Untrained', date: '2026-01-01', mixture: {}, pretraining: {}, accuracies: {} },
  ),
  slots: loraSlots({ rank: 2, alpha: 4, targets: loraTargets }, 'grpo'),
  shardSize: 4,
  microBatch: { rows: 4, states: 32 },
  promptLength: 4,
  completionLength: 5,
};
const rows = 6;

const numbers = (name: string, count: number, scale: number) => {
  const stream = random(1, name);
  return Float32Array.from({ length: count }, () => scale * stream.normal());
};

const rollout: RolloutBatch = {
  prompts: [[5, 6, 7, 8], [9, 9], [3], [5, 6, 7, 8], [4, 4, 4], [9, 9]],
  uniforms: Float32Array.from({ length: rows * spec.completionLength }, (_, i) => (i * 0.377) % 1),
  temperature: 0.9,
  slot: 'policy',
};

function batch(): GradientBatch {
  const count = rows * columnsOf(spec);
  const stream = random(2, 'tokens');
  return {
    rows,
    temperature: 0.9,
    settings: { epsilon: 0.2, beta: 0.1 },
    tokenIds: Int32Array.from({ length: rows * (spec.promptLength + spec.completionLength) }, () =>
      stream.integer(0, policy.vocabSize - 1),
    ),
    arrays: {
      oldLogProbs: numbers('old', count, 0.2).map((x) => x - 4),
      advantages: numbers('advantages', count, 1),
      weights: numbers('weights', count, 1 / count).map(Math.abs),
      mask: new Float32Array(count).fill(1),
      rewards: new Float32Array(count),
    },
  };
}

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0) / largest;
}

/** A lane with the graphs of a device, so that only the learners differ. */
const openFed: OpenSpec = (of) => openSpec(of, fedParameters);
const fedLane = async () => new LocalLane(bindWeights(await createNodeRuntime(), quantized.weights), openFed);

describe('the learner with its tensors on the device', () => {
  let runtime: Runtime;
  let gpu: GpuLearner;
  let cpu: Learner;
  let start: LearnerState;
  beforeEach(async () => {
    runtime = await createNodeRuntime();
    gpu = await GpuLearner.create(runtime, spec, 1);
    cpu = await ShardedLearner.create([await fedLane()], spec, 1, new Promise(() => {}), 1, openFed);
    const { size } = gpu.info.slots.policy!;
    start = adamState(
      numbers('adapter', size, 0.1),
      numbers('m', size, 0.01),
      numbers('v', size, 0.01).map((x) => x * x),
      3,
    );
    for (const learner of [gpu, cpu]) await learner.restore(start);
  });
  afterEach(async () => {
    await gpu.dispose();
    await cpu.dispose();
  });

  it('starts from the same adapter as the sharded learner', async () => {
    const fresh = await GpuLearner.create(await createNodeRuntime(), spec, 7);
    const other = await ShardedLearner.create(
      [new LocalLane(await createNodeRuntime())],
      spec,
      7,
      new Promise(() => {}),
    );
    expect(await fresh.state()).toEqual(await other.state());
    await fresh.dispose();
    await other.dispose();
  });

  it('samples, scores, gathers and updates like the sharded learner, also with a partly filled shard', async () => {
    for (const slot of ['policy', 'base']) {
      const [a, b] = [await gpu.sample({ ...rollout, slot }), await cpu.sample({ ...rollout, slot })];
      expect(a.tokenIds).toEqual(b.tokenIds);
      expect(a.lengths).toEqual(b.lengths);
      expect(distance(b.logProbs, a.logProbs)).toBeLessThan(1e-5);
    }
    for (let update = 0; update < 2; update++) {
      const results = [];
      for (const learner of [gpu, cpu]) {
        await learner.score(batch());
        results.push({
          statistics: await learner.gradient(batch()),
          norm: await learner.update({ learningRate: 0.01, maxGradNorm: 0.5 }),
          state: policyOf(await learner.state()),
        });
      }
      const [a, b] = results as [(typeof results)[0], (typeof results)[0]];
      for (const name of ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const)
        expect(distance(b.statistics[name], a.statistics[name])).toBeLessThan(1e-4);
      expect(a.statistics.loss).toBeCloseTo(b.statistics.loss, 6);
      expect(a.norm.gradNorm).toBeCloseTo(b.norm.gradNorm, 6);
      expect(distance(b.state.parameters, a.state.parameters)).toBeLessThan(1e-4);
      expect(a.state.updates).toBe(4 + update);
    }
  });

  it('changes nothing if the norm is not finite, and continues afterwards', async () => {
    const bad = batch();
    bad.arrays.advantages![1] = NaN;
    await gpu.score(bad);
    await gpu.gradient(bad);
    expect((await gpu.update({ learningRate: 0.01, maxGradNorm: 0.5 })).gradNorm).toBeNaN();
    expect(await gpu.state()).toEqual(start);
    await gpu.gradient(batch());
    expect((await gpu.update({ learningRate: 0.01, maxGradNorm: 0.5 })).gradNorm).toBeGreaterThan(0);
  });

  it('keeps the snapshot of an adapter over several updates, until the next snapshot or restore', async () => {
    const found = await Promise.all([gpu, cpu].map((learner) => learner.read(batch(), 'policy')));
    for (const [i, learner] of [gpu, cpu].entries()) {
      expect(learner.has('before')).toBe(false);
      await expect(learner.read(batch(), 'before')).rejects.toThrow('slot: there is no before');
      learner.snapshot('policy', 'before');
      expect(await learner.read(batch(), 'before')).toEqual(found[i]);
      await learner.score(batch());
      for (let update = 0; update < 3; update++) {
        await learner.gradient(batch());
        await learner.update({ learningRate: 0.01, maxGradNorm: 0.5 });
        expect(await learner.read(batch(), 'before')).toEqual(found[i]);
        expect(distance(found[i]!.logProbs, (await learner.read(batch(), 'policy')).logProbs)).toBeGreaterThan(1e-4);
      }
      learner.snapshot('policy', 'before');
      expect(await learner.read(batch(), 'before')).toEqual(await learner.read(batch(), 'policy'));
      await learner.restore(start);
      expect(learner.has('before')).toBe(false);
      expect(await learner.read(batch(), 'policy')).toEqual(found[i]);
    }
  });

  it('keeps the snapshot if the update is skipped, and takes it without a read-back', async () => {
    const found = await gpu.read(batch(), 'policy');
    const bad = batch();
    bad.arrays.advantages![1] = NaN;
    await gpu.score(bad);
    const { readBacks } = runtime.statistics;
    gpu.snapshot('policy', 'before');
    expect(runtime.statistics.readBacks).toBe(readBacks);
    await gpu.gradient(bad);
    await gpu.update({ learningRate: 0.01, maxGradNorm: 0.5 });
    expect(await gpu.state()).toEqual(start);
    expect([await gpu.read(batch(), 'before'), await gpu.read(batch(), 'policy')]).toEqual([found, found]);
  });

  it('holds the same number of tensors after every step', async () => {
    const alive: number[] = [];
    for (let step = 0; step < 3; step++) {
      gpu.snapshot('policy', 'before');
      await gpu.sample(rollout);
      await gpu.score(batch());
      await gpu.gradient(batch());
      await gpu.update({ learningRate: 0.01, maxGradNorm: 0.5 });
      alive.push(runtime.statistics.liveTensors);
    }
    expect(alive).toEqual(Array(3).fill(alive[0]));
  });

  it('uploads the weights of a policy once; its six models carry none of them', async () => {
    const checkpoint = new Uint8Array(readFileSync('public/policies/default.safetensors'));
    const device = await createNodeRuntime();
    const learner = await GpuLearner.create(device, { ...spec, checkpoint }, 1);
    const { bytesCompiled, bytesUploaded } = device.statistics;
    expect(learner.compiledPrograms()).toHaveLength(6);
    // With weights as constants the models are 5 times as large as the checkpoint.
    expect(bytesCompiled).toBeLessThan(0.6 * checkpoint.length);
    expect(bytesUploaded).toBeGreaterThan(0.9 * checkpoint.length);
    await learner.dispose();
  });

  it('refuses calls in the wrong order and vectors of the wrong size', async () => {
    await expect(gpu.gradient(batch())).rejects.toThrow(/was not scored/);
    await expect(gpu.update({ learningRate: 0.01, maxGradNorm: 0.5 })).rejects.toThrow(/no gradient was gathered/);
    await expect(
      gpu.restore(adamState(policyOf(start).parameters, new Float32Array(3), policyOf(start).parameters, 0)),
    ).rejects.toThrow(/firstMoment: \d+ numbers are needed, not 3/);
  });
});
