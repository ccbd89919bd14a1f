import { expect, test } from 'vitest';
import { createRuntime, RuntimeError, type Detection } from '../engine/runtime/index.ts';
import { tinyCheckpoint } from '../../testing/tinyRun.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import type { LearnerSpec } from '../rl/learner/learner.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { createBrowserLearner, gpuShardSize, type LearnerMakers } from './browserLearner.ts';
import { laneCount } from './laneCount.ts';
import { loraSlots } from '../../testing/slots.ts';

const spec: LearnerSpec = {
  checkpoint: tinyCheckpoint(),
  slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] }, 'grpo'),
  shardSize: 8,
  promptLength: 7,
  completionLength: 7,
};
const gpu: Detection = { backend: 'webgpu', adapter: 'nvidia hopper', software: false };
const software: Detection = { backend: 'webgpu', adapter: 'google swiftshader', software: true };
const none: Detection = { backend: 'wasm', reason: 'this browser has no WebGPU' };

/** Makes real learners on Node and records the requests. */
function makers(detection: Detection, gpuError?: Error) {
  const made: string[] = [];
  const learner = async (from: LearnerSpec, seed: number) =>
    ShardedLearner.create([new LocalLane(await createRuntime('node'))], from, seed, new Promise(() => {}));
  const all: LearnerMakers = {
    detect: async () => detection,
    cores: () => 2,
    fit: async ({ shardSize }) => shardSize,
    async gpu(from, seed) {
      made.push(`gpu ${from.shardSize}`);
      if (gpuError) throw gpuError;
      return learner(from, seed);
    },
    async wasm(from, seed, lanes) {
      made.push(`wasm ${from.shardSize} x${lanes}`);
      return learner(from, seed);
    },
  };
  return { all, made };
}

test.each([
  ['a GPU is taken, with the whole batch as one shard', gpu, 'auto', undefined, ['gpu 64'], undefined, 64],
  [
    'a software adapter is not, unless asked for',
    software,
    'auto',
    undefined,
    ['wasm 8 x2'],
    'Not on WebGPU: the only graphics adapter (google swiftshader) computes on the CPU, where WASM is faster.',
    undefined,
  ],
  ['a software adapter that is asked for', software, 'webgpu', undefined, ['gpu 64'], undefined, 64],
  ['no adapter', none, 'auto', undefined, ['wasm 8 x2'], 'Not on WebGPU: this browser has no WebGPU.', undefined],
  [
    'no adapter where one is asked for',
    none,
    'webgpu',
    undefined,
    ['wasm 8 x2'],
    'Not on WebGPU: this browser has no WebGPU.',
    undefined,
  ],
  ['WASM that is asked for', gpu, 'wasm', undefined, ['wasm 8 x2'], 'Not on WebGPU: WASM was asked for.', undefined],
  [
    'a GPU that does not start',
    gpu,
    'auto',
    new RuntimeError('compile', 'no shader'),
    ['gpu 64', 'wasm 8 x2'],
    'Not on WebGPU: starting it failed (no shader).',
    undefined,
  ],
] as const)('%s', async (_, detection, backend, gpuError, expected, reason, shardSize) => {
  const { all, made } = makers(detection, gpuError);
  const { learner, ...result } = await createBrowserLearner(all, spec, 1, { backend, workers: 'auto' }, 64);
  expect(made).toEqual(expected);
  expect(result).toEqual({
    ...(reason === undefined ? {} : { backendReason: reason }),
    ...(shardSize === undefined ? {} : { shardSize }),
  });
  await learner.dispose();
});

test.each([
  [gpu, ['gpu 16']],
  [none, ['wasm 2 x2']],
])('a shard is as large as fits into memory: %o', async (detection, expected) => {
  const { all, made } = makers(detection);
  const fit: LearnerMakers['fit'] = async ({ shardSize }) => shardSize / 4;
  const options = { backend: 'auto', workers: 'auto' } as const;
  const { learner, shardSize } = await createBrowserLearner({ ...all, fit }, spec, 1, options, 64);
  expect(made).toEqual(expected);
  expect(shardSize).toBe(detection === gpu ? 16 : 2);
  await learner.dispose();
});

test('the backend node is refused in a browser', async () => {
  await expect(createBrowserLearner(makers(gpu).all, spec, 1, { backend: 'node', workers: 1 }, 64)).rejects.toThrow(
    'backend: a browser has webgpu and wasm, not node',
  );
});

test.each([
  ['auto', 1, 64, 16, 1],
  ['auto', 2, 64, 16, 2],
  ['auto', 16, 64, 16, 4],
  ['auto', 16, 64, 32, 2],
  ['auto', 16, 8, 32, 1],
  ['auto', 16, 65, 32, 3],
  [1, 16, 64, 16, 1],
  [3, 1, 64, 16, 3],
  [8, 16, 64, 4, 8],
  [8, 16, 64, 32, 2],
] as const)('lanes: %s asked, %i cores, %i rows in shards of %i: %i', (asked, cores, rows, shardSize, lanes) => {
  expect(laneCount(asked, cores, rows, shardSize)).toBe(lanes);
});

test('a GPU shard has at most 128 rows', () => {
  expect([gpuShardSize(4), gpuShardSize(128), gpuShardSize(512)]).toEqual([4, 128, 128]);
});
