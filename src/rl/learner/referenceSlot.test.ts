/** @file The reference of the loss is the slot that the spec names, for every learner. */
import { expect, test } from 'vitest';
import { inLayers, whole } from '../../../testing/layerLearners.ts';
import { batchOf, layersConfig, lora, same, specOf } from '../../../testing/layers.ts';
import { policyOf } from '../../../testing/slots.ts';
import { blockWeights, randomAdapter } from '../../../testing/tinyPolicy.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import { fedParameters } from '../../policy/parameters.ts';
import { bindWeights } from '../../policy/boundWeights.ts';
import { openDecoder } from './feeds.ts';
import { GpuLearner } from './gpuLearner.ts';
import { GpuShards } from './gpuShards.ts';
import type { Learner, LearnerSpec } from './learner.ts';

const usual = specOf({ id: 'grpo' });
const slots: LearnerSpec['slots'] = { ...usual.slots, 'stage-1': { set: { kind: 'lora', lora } } };
const spec: LearnerSpec = { ...usual, slots, referenceSlot: 'stage-1' };
// The head size of a sampler on a device.
const config = { ...layersConfig, heads: 1, kvHeads: 1 };
const file = same(config, blockWeights(config, 1, 4)).layers;

async function onDevice(): Promise<Learner> {
  const runtime = bindWeights(await createNodeRuntime(), file.weights);
  const opened = openDecoder(spec, file, fedParameters(file.weights), true);
  return GpuLearner.over(runtime, opened, new GpuShards(runtime, opened), 1);
}

const makers: Readonly<Record<string, () => Promise<Learner>>> = {
  'in lanes': async () => whole(await createNodeRuntime(), spec, file),
  'on a device': onDevice,
  'in layers': async () => inLayers(await createNodeRuntime(), spec, file),
};

test.each(Object.keys(makers))('%s', async (name) => {
  const learner = await (makers[name] as () => Promise<Learner>)();
  const state = await learner.state();
  const earlier = { ...policyOf(state), parameters: randomAdapter(policyOf(state).parameters.length, 5, 0.2) };
  await learner.restore({ ...state, 'stage-1': earlier });
  const batch = batchOf(spec);
  await learner.score(batch);
  const { refLogProbs, kl } = await learner.gradient(batch);
  const { mask } = batch.arrays;
  const masked = (values: Float32Array) => values.filter((_, i) => mask?.[i] === 1);
  const [own, base] = [await learner.read(batch, 'stage-1'), await learner.read(batch, 'base')];
  const away = (values: Float32Array) =>
    Math.max(...masked(refLogProbs).map((value, i) => Math.abs(value - (masked(values)[i] as number))));
  expect(away(own.logProbs)).toBeLessThan(1e-4);
  expect(away(base.logProbs)).toBeGreaterThan(1e-2);
  expect(Math.max(...masked(kl))).toBeGreaterThan(1e-3);
  await learner.restore({ ...state, policy: earlier, 'stage-1': earlier });
  await learner.score(batch);
  expect(Math.max(...masked((await learner.gradient(batch)).kl).map(Math.abs))).toBeLessThan(1e-5);
  await learner.dispose();
});
