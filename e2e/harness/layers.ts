/** @file The learner in layers on WebGPU: placement of its programs, and its numbers against WASM. */
import type { Placement } from '../../src/engine/runtime/runtime.ts';
import { createWasmRuntime } from '../../src/engine/runtime/wasm.ts';
import { createWebGpuRuntime } from '../../src/engine/runtime/webgpu.ts';
import { createLayerLearner } from '../../src/rl/learner/layers/layerLearner.ts';
import type { Learner, LearnerSpec } from '../../src/rl/learner/learner.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { batchOf, CHUNK, specOf, tiedBlocks } from '../../testing/layers.ts';
import { adamState, policyOf } from '../../testing/slots.ts';
import { randomAdapter } from '../../testing/tinyPolicy.ts';
import { distance, type Distance } from './compare.ts';

export interface LayersComparison {
  /** Of each program, by name. */
  readonly placements: Readonly<Record<string, Placement | undefined>>;
  readonly distances: Readonly<Record<string, Distance>>;
  /** Tokens of a rollout on both backends. */
  readonly tokens: { readonly wasm: readonly number[]; readonly webgpu: readonly number[] };
  /** Of a rollout on WebGPU, for each of its steps. */
  readonly perStep: Readonly<Record<(typeof counted)[number], number>>;
  /** Programs whose commands were recorded. */
  readonly captured: number;
  /** Tensors alive after each of three steps. */
  readonly alive: readonly number[];
}

const counted = ['dispatches', 'submits', 'runs', 'readBacks', 'bytesUploaded'] as const;

const rolloutOf = (spec: LearnerSpec) => ({
  prompts: [[5, 6, 7], [9, 10], [5, 6, 7], [3], [4, 4, 4]],
  uniforms: Float32Array.from({ length: spec.shardSize * spec.completionLength }, (_, i) => (i * 0.377) % 1),
  temperature: 0.9,
  slot: policySlot,
});

async function perStep(learner: Learner, spec: LearnerSpec): Promise<LayersComparison['perStep']> {
  const before = await learner.statistics();
  await learner.sample(rolloutOf(spec));
  const after = await learner.statistics();
  const steps = spec.completionLength;
  return Object.fromEntries(
    counted.map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / steps]),
  ) as LayersComparison['perStep'];
}

async function numbersOf(learner: Learner, spec: LearnerSpec) {
  const batch = batchOf(spec);
  const size = policyOf(await learner.state()).parameters.length;
  await learner.restore(adamState(randomAdapter(size, 2, 0.1), new Float32Array(size), new Float32Array(size), 0));
  const sampled = await learner.sample(rolloutOf(spec));
  await learner.score(batch);
  const { loss, ...statistics } = await learner.gradient(batch);
  const { gradNorm } = await learner.update({ learningRate: 0.01, maxGradNorm: 1e9 });
  const { optimizer, parameters } = policyOf(await learner.state());
  const { logProbs } = await learner.read(batch, 'base');
  const { kl } = await learner.read(batch, policySlot, true);
  const places = await learner.likeliest({
    batch: { ...batch, rows: 1, tokenIds: batch.tokenIds.subarray(0, batch.tokenIds.length / batch.rows) },
    columns: [2, 3],
    slots: ['base', policySlot],
    count: 20,
  });
  const likeliest = Float32Array.from(
    places.flatMap(({ policies }) => policies.flatMap(({ logProbs: own, entropy }) => [...own, entropy])),
  );
  const scalars = Float32Array.of(loss, gradNorm);
  const own = { base: logProbs, readKl: kl, likeliest, sampled: sampled.logProbs };
  const numbers = { ...statistics, ...optimizer, parameters, scalars, ...own };
  return { numbers: numbers as Record<string, Float32Array>, tokens: [...sampled.tokenIds] };
}

/** A rollout, score, gradient and update with an entropy bonus, on both backends. */
export async function compareLayers(): Promise<LayersComparison> {
  const spec = specOf({ id: 'grpo', entropyBonus: true });
  const open = async (runtime: Parameters<typeof createLayerLearner>[0]) =>
    createLayerLearner(runtime, spec, 1, tiedBlocks().layers, CHUNK);
  const wasm = await open(await createWasmRuntime());
  const webgpu = await open(await createWebGpuRuntime({ auditPlacement: true, onDispatch: () => {} }));
  try {
    const [expected, actual] = [await numbersOf(wasm, spec), await numbersOf(webgpu, spec)];
    const alive: number[] = [];
    for (let step = 0; step < 3; step++) {
      await numbersOf(webgpu, spec);
      alive.push((await webgpu.statistics()).liveTensors as number);
    }
    return {
      placements: Object.fromEntries(webgpu.compiledPrograms().map(({ name, placement }) => [name, placement])),
      distances: Object.fromEntries(
        Object.entries(expected.numbers).map(([name, numbers]) => [
          name,
          distance(numbers, actual.numbers[name] as Float32Array),
        ]),
      ),
      tokens: { wasm: expected.tokens, webgpu: actual.tokens },
      perStep: await perStep(webgpu, spec),
      captured: (await webgpu.statistics()).capturedGraphs as number,
      alive,
    };
  } finally {
    await wasm.dispose();
    await webgpu.dispose();
  }
}
