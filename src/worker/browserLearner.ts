/** @file The learner of a browser: on WebGPU, else on WASM with the reason. */
import { createRuntime, type Detection } from '../engine/runtime/index.ts';
import { UsageError } from '../lib/assert.ts';
import { GpuLearner } from '../rl/learner/gpuLearner.ts';
import { GPU_STATES, MOST_GPU_ROWS } from '../rl/learner/layers/sizes.ts';
import type { Learner, LearnerSpec } from '../rl/learner/learner.ts';
import type { MadeLearner } from '../rl/run/run.ts';
import type { OpenOptions } from '../rl/run/trainer.ts';
import { laneCount } from './laneCount.ts';
import { createLargeLearner, fittingShard } from './largeLearner.ts';
import { createWasmLearner } from './wasmLearner.ts';

/** Functions that the choice depends on; replaced in tests. */
export interface LearnerMakers {
  detect(): Promise<Detection>;
  cores(): number;
  gpu(spec: LearnerSpec, seed: number): Promise<Learner>;
  wasm(spec: LearnerSpec, seed: number, lanes: number): Promise<Learner>;
  /** The spec's shard size, or as much of it as fits into memory. */
  fit: typeof fittingShard;
}

/**
 * The shard size on WebGPU: the whole batch of a step. One device works on all rows at once and a dispatch costs the
 * same for any number of rows; the configured size is made for CPU lanes. Only here the configured size is overridden.
 */
export const gpuShardSize = (stepRows: number): number => Math.min(stepRows, MOST_GPU_ROWS);

async function createGpuLearner(spec: LearnerSpec, seed: number): Promise<Learner> {
  const runtime = await createRuntime('webgpu');
  try {
    return (await createLargeLearner(runtime, spec, seed)) ?? (await GpuLearner.create(runtime, spec, seed));
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

const sentence = (why: string): string => `Not on WebGPU: ${why.replace(/\.$/, '')}.`;

/** Null if WebGPU is to be tried, else the reason against it. */
async function whyNotGpu(backend: OpenOptions['backend'], makers: LearnerMakers): Promise<string | null> {
  if (backend === 'wasm') return 'WASM was asked for';
  const detected = await makers.detect();
  if (detected.backend === 'wasm') return detected.reason;
  if (backend === 'auto' && detected.software)
    return `the only graphics adapter (${detected.adapter}) computes on the CPU, where WASM is faster`;
  return null;
}

/** A learner on WebGPU if it is wanted and works, else on WASM with the reason. */
export async function createBrowserLearner(
  makers: LearnerMakers,
  spec: LearnerSpec,
  seed: number,
  { backend, workers }: OpenOptions,
  stepRows: number,
): Promise<MadeLearner> {
  if (backend === 'node') throw new UsageError('backend: a browser has webgpu and wasm, not node');
  let why = await whyNotGpu(backend, makers);
  if (why === null) {
    try {
      const shardSize = await makers.fit({ ...spec, shardSize: gpuShardSize(stepRows) }, 'webgpu', stepRows);
      return {
        learner: await makers.gpu({ ...spec, shardSize, microBatch: { rows: shardSize, states: GPU_STATES } }, seed),
        shardSize,
      };
    } catch (error) {
      why = `starting it failed (${error instanceof Error ? error.message : String(error)})`;
    }
  }
  const shardSize = await makers.fit(spec, 'wasm', stepRows);
  const lanes = laneCount(workers, makers.cores(), stepRows, shardSize);
  return {
    learner: await makers.wasm({ ...spec, shardSize }, seed, lanes),
    backendReason: sentence(why),
    ...(shardSize === spec.shardSize ? {} : { shardSize }),
  };
}

/** The makers of a real browser. */
export const browserMakers = (detect: LearnerMakers['detect']): LearnerMakers => ({
  detect,
  cores: () => navigator.hardwareConcurrency || 1,
  gpu: createGpuLearner,
  wasm: createWasmLearner,
  fit: fittingShard,
});
