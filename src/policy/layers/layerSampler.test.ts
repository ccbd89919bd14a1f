/** @file Sampling layer by layer draws the tokens of the sampler of the whole graph. */
import { afterEach, describe, expect, test } from 'vitest';
import { CHUNK, layersConfig, lora, tiedBlocks, variantConfig } from '../../../testing/layers.ts';
import { blockWeights, randomAdapter } from '../../../testing/tinyPolicy.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../../engine/runtime/wasm.ts';
import { createCpuSampler } from '../cpuSampler.ts';
import { loraSet } from '../parameterSet.ts';
import { frozenParameters } from '../parameters.ts';
import type { PolicyConfig } from '../config.ts';
import type { Weight } from '../quantize.ts';
import { type Sampler, type SamplerShape, widthOf } from '../sampler.ts';
import { LayerSampler, usualKeeping } from './layerSampler.ts';
import { layerWeights, openWeights } from './weights.ts';

/** Long enough for two pieces of the cache. */
const shape: SamplerShape = { rows: 4, promptLength: 6, completionLength: 34 };
const prompts = [[5, 6, 7, 8, 9, 10], [9, 11], [3], [5, 6, 7, 8, 9, 10]];
const special = { padId: 0, endIds: [1, 2] };
const uniforms = Float32Array.from({ length: shape.rows * shape.completionLength }, (_, i) => (i * 0.377) % 1);

const runtimes: Runtime[] = [];
afterEach(async () => {
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
});

interface Case {
  readonly config: PolicyConfig;
  readonly layers: ReadonlyMap<string, Weight>;
  readonly whole: ReadonlyMap<string, Weight>;
}

const untied = (config = layersConfig): Case => {
  const weights = blockWeights(config, 1, 4);
  return { config, layers: weights, whole: weights };
};

const tied = (): Case => {
  const { layers, whole } = tiedBlocks();
  return { config: layers.config, layers: layers.weights, whole: whole.weights };
};

async function both(
  create: () => Promise<Runtime>,
  of: Case,
  ends = special,
  ahead?: number,
  keptAs?: 'float' | 'half',
  isRecorded?: boolean,
): Promise<[Sampler, Sampler]> {
  const config = { ...of.config, maxSequence: 64 };
  const set = loraSet(config, lora);
  const runtime = await create();
  runtimes.push(runtime);
  const weights = layerWeights(config, of.layers);
  const source = { config, weights, fed: openWeights(runtime, config, weights), chunk: CHUNK };
  return [
    new LayerSampler(runtime, source, ends, shape, set, ahead, keptAs, isRecorded),
    await createCpuSampler(runtime, config, frozenParameters(of.whole, 0), ends, shape, set),
  ];
}

const adapterOf = (config: PolicyConfig) => randomAdapter(loraSet(config, lora).size, 2, 0.1);

describe.each([
  { backend: 'Node', create: () => createNodeRuntime() },
  { backend: 'WASM', create: () => createWasmRuntime() },
])('on $backend', ({ create }) => {
  test.each([
    { name: 'a tied embedding in blocks', of: tied },
    { name: 'an untied head in blocks', of: () => untied() },
    { name: 'biases, normed heads, windows and the like', of: () => untied(variantConfig) },
  ])('$name: the same tokens and log-probabilities', async ({ of }) => {
    const policy = of();
    const [layers, whole] = await both(create, policy);
    const request = { prompts, uniforms, temperature: 0.9, adapter: adapterOf(policy.config) };
    const [actual, expected] = [await layers.sample(request), await whole.sample(request)];
    expect(actual.tokenIds).toEqual(expected.tokenIds);
    expect(actual.lengths).toEqual(expected.lengths);
    expect(Math.max(...expected.lengths)).toBeGreaterThan(30);
    actual.logProbs.forEach((logProb, i) => expect(logProb).toBeCloseTo(expected.logProbs[i] as number, 4));
    // Fewer rows afterwards, in the same memory.
    const fewer = { ...request, prompts: prompts.slice(1, 3) };
    expect((await layers.sample(fewer)).tokenIds).toEqual((await whole.sample(fewer)).tokenIds);
  });
});

test('a GPU with half precision keeps a large cache in it, other devices never', () => {
  const { config } = tied();
  const large = { rows: 64, promptLength: 65, completionLength: 60_000_000 / (64 * config.dim) };
  expect(usualKeeping({ keepsHalf: true }, config, large)).toBe('half');
  expect(usualKeeping({ keepsHalf: false }, config, large)).toBe('float');
  expect(usualKeeping({ keepsHalf: true }, config, shape)).toBe('float');
});

test('keys and values in half precision: log-probabilities differ by their rounding, and few draws by it', async () => {
  const policy = tied();
  const request = { prompts, uniforms, temperature: 0.9, adapter: adapterOf(policy.config) };
  const [half, whole] = await both(() => createNodeRuntime(), policy, special, 1, 'half');
  const [actual, expected] = [await half.sample(request), await whole.sample(request)];
  const { completionLength } = shape;
  const differences = prompts.flatMap((_, row) => {
    const places = Array.from({ length: expected.lengths[row] as number }, (_place, t) => row * completionLength + t);
    const parting = places.findIndex((at) => actual.tokenIds[at] !== expected.tokenIds[at]);
    return places
      .slice(0, parting < 0 ? undefined : parting)
      .map((at) => Math.abs((actual.logProbs[at] as number) - (expected.logProbs[at] as number)));
  });
  expect(differences.length).toBeGreaterThan(0.7 * expected.lengths.reduce((sum, length) => sum + length, 0));
  expect(Math.max(...differences)).toBeGreaterThan(1e-5);
  expect(Math.max(...differences)).toBeLessThan(5e-3);
});

test.each([1, 8])('a row stops at any of several end tokens, read every %d steps', async (ahead) => {
  const policy = tied();
  const adapter = adapterOf(policy.config);
  const request = { prompts, uniforms, temperature: 0.9, adapter };
  const [endless] = await both(() => createNodeRuntime(), policy, { padId: 0, endIds: [] });
  const { tokenIds } = await endless.sample(request);
  const row = (r: number) => [...tokenIds.subarray(r * shape.completionLength, (r + 1) * shape.completionLength)];
  const endIds = [row(0)[3] as number, row(1)[7] as number];
  const [layers] = await both(() => createNodeRuntime(), policy, { padId: 0, endIds }, ahead);
  const { lengths } = await layers.sample(request);
  const firstEnd = (r: number) => row(r).findIndex((token) => endIds.includes(token)) + 1 || shape.completionLength;
  expect([...lengths]).toEqual([0, 1, 2, 3].map(firstEnd));
  expect(new Set(lengths).size).toBeGreaterThan(1);
});

test.each([
  [1, 'a program for all layers', false],
  [8, 'one for each, over all places', true],
] as const)(
  'forced tokens and forks go on as in the whole graph, read every %d steps, %s',
  async (ahead, _, recorded) => {
    const policy = tied();
    const run = async (sampler: Sampler, endIds: readonly number[]) => {
      await sampler.begin(prompts, adapterOf(policy.config));
      const draw = (rows: readonly number[], most: number) =>
        sampler.draw({ rows, most, uniforms, temperature: 0.9, until: endIds });
      await draw([0, 1, 2, 3], 3);
      await sampler.extend([1, 3], [[20, 21], [22]]);
      await draw([1, 2], 2);
      await sampler.fork([
        { row: 1, at: 5 },
        { row: 1, at: 4 },
        { row: 3, at: 7 },
      ]);
      await draw([0, 1, 2], 4);
      return sampler.trajectories();
    };
    const [layers, whole] = await both(() => createNodeRuntime(), policy, special, ahead, 'float', recorded);
    const endless = await run(whole, []);
    // A token that row 1 drew first ends it earlier, and its later tokens follow the forced ones.
    const endIds = [endless.tokenIds[widthOf(shape) + 2] as number];
    const [actual, expected] = [await run(layers, endIds), await run(whole, endIds)];
    expect(expected.tokenIds).not.toEqual(endless.tokenIds);
    expect(actual.tokenIds).toEqual(expected.tokenIds);
    expect(actual.lengths).toEqual(expected.lengths);
    actual.logProbs.forEach((logProb, i) => expect(logProb).toBeCloseTo(expected.logProbs[i] as number, 4));
  },
);
