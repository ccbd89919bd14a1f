import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { onnx } from '../engine/onnx/generated/onnx.js';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { random } from '../lib/random.ts';
import { quantizeWeights } from './checkpoint.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import { gpuDecodeGraphs } from './gpuDecode.ts';
import { GpuSampler } from './gpuSampler.ts';
import { loraTargets, type LoraTarget } from './loraConfig.ts';
import { loraSet } from './parameterSet.ts';
import { frozenParameters } from './parameters.ts';
import { dequantizeLinear, type DenseWeight, type QuantizedWeight, type Weight } from './quantize.ts';
import { createCpuSampler } from './cpuSampler.ts';
import type { SampleRequest } from './sampler.ts';

const config: PolicyConfig = {
  vocabSize: 24,
  dim: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 96,
  maxSequence: 32,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};
const shape = { rows: 4, promptLength: 5, completionLength: 7 };
const special = { padId: 0, endIds: [3] };

function weightsOf(c: PolicyConfig): ReadonlyMap<string, Weight> {
  const dense = weightNames(c).map(({ name, kind, shape: size }): [string, DenseWeight] => {
    const stream = random(3, name);
    const count = size.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: count }, () =>
      kind === 'norm' ? 1 + 0.1 * stream.normal() : (2 * stream.normal()) / Math.sqrt(size[0] as number),
    );
    return [name, { kind: 'dense', shape: size, data }];
  });
  return quantizeWeights({ config: c, weights: new Map(dense) }, 4).weights;
}

function adapterNumbers(size: number): Float32Array {
  const stream = random(5, 'adapter');
  return Float32Array.from({ length: size }, () => 0.15 * stream.normal());
}

function request(overrides: Partial<SampleRequest> = {}): SampleRequest {
  const stream = random(7, 'uniforms');
  return {
    prompts: [[1, 5, 9, 2, 4], [8], [7, 7, 6], [1, 5, 9, 2, 4]],
    uniforms: Float32Array.from({ length: shape.rows * shape.completionLength }, () => stream.uniform()),
    temperature: 1,
    ...overrides,
  };
}

describe('decoding with merged weights and the fused attention', () => {
  let runtime: Runtime;
  beforeEach(async () => {
    runtime = await createNodeRuntime();
  });
  afterEach(() => runtime.dispose());

  async function bothSamplers(c: PolicyConfig, targets: readonly LoraTarget[] = loraTargets, sizes = shape) {
    const base = frozenParameters(weightsOf(c));
    const set = loraSet(c, { rank: 2, alpha: 4, targets });
    return {
      cpu: await createCpuSampler(runtime, c, base, special, sizes, set),
      gpu: await GpuSampler.create(runtime, c, base, special, sizes, set),
      adapter: adapterNumbers(set.size),
    };
  }

  async function expectEqual(
    c: PolicyConfig,
    asked: SampleRequest,
    targets?: readonly LoraTarget[],
    sizes = shape,
  ): Promise<void> {
    const { cpu, gpu, adapter } = await bothSamplers(c, targets, sizes);
    const expected = await cpu.sample({ ...asked, adapter });
    const actual = await gpu.sample({ ...asked, adapter });
    expect([...actual.tokenIds]).toEqual([...expected.tokenIds]);
    expect([...actual.lengths]).toEqual([...expected.lengths]);
    const distance = Math.max(...actual.logProbs.map((lp, i) => Math.abs(lp - (expected.logProbs[i] as number))));
    expect(distance).toBeLessThan(1e-5);
    const distinct = new Set([...expected.tokenIds].slice(0, shape.completionLength));
    expect(distinct.size).toBeGreaterThan(1);
  }

  it('draws the tokens of the CPU sampler for ragged prompts', () => expectEqual(config, request()));

  it('does so with rotation in adjacent pairs and a tied head', () =>
    expectEqual({ ...config, ropeInterleaved: true, tiedHead: true }, request()));

  it.each<readonly [string, Partial<PolicyConfig>]>([
    ['biases', { qkvBias: true }],
    ['normed heads wider than dim / heads', { qkNorm: true, headDim: 32 }],
    ['a scaled rotation', { ropeScaling: { factor: 8, lowFrequency: 1, highFrequency: 4, originalSequence: 24 } }],
    [
      'the blocks of Gemma 3',
      {
        localAttention: { window: 11, ropeTheta: 10, layers: [0] },
        postNorms: true,
        qkNorm: true,
        activation: 'geluTanh',
        embeddingScale: 4,
      },
    ],
  ])('does so with %s', (_, variant) => expectEqual({ ...config, ...variant }, request()));

  it('refuses a window that does not hold all positions', async () => {
    const localAttention = { window: 10, ropeTheta: 10, layers: [0] };
    await expect(bothSamplers({ ...config, localAttention })).rejects.toThrow(
      'localAttention: on the GPU a window must hold all positions; it has 10 of 11',
    );
  });

  it('does so if only some weights have an adapter', () => expectEqual(config, request(), ['k', 'down']));

  it('does so if no attention weight has one', () => expectEqual(config, request(), ['gate']));

  it('does so with prompts of one token, which need no prefill', () =>
    expectEqual(config, request({ prompts: [[1], [8], [7], [2]] }), loraTargets, { ...shape, promptLength: 1 }));

  it('does so greedily', () => expectEqual(config, request({ temperature: 0 })));

  it('cuts a row after its end token', async () => {
    const { gpu, adapter } = await bothSamplers(config);
    const whole = await gpu.sample({ ...request(), adapter });
    const set = loraSet(config, { rank: 2, alpha: 4, targets: loraTargets });
    const eosId = whole.tokenIds[2] as number;
    const length = whole.tokenIds.indexOf(eosId) + 1;
    const ending = await GpuSampler.create(
      runtime,
      config,
      frozenParameters(weightsOf(config)),
      { padId: 0, endIds: [eosId] },
      shape,
      set,
    );
    const { tokenIds, logProbs, lengths } = await ending.sample({ ...request(), adapter });
    expect(lengths[0]).toBe(length);
    expect([...tokenIds.subarray(0, shape.completionLength)]).toEqual([
      ...whole.tokenIds.subarray(0, length),
      ...Array(shape.completionLength - length).fill(0),
    ]);
    expect([...logProbs.subarray(length, shape.completionLength)]).toEqual(
      Array(shape.completionLength - length).fill(0),
    );
  });

  it('leaves the rows without a prompt empty', async () => {
    const { gpu, adapter } = await bothSamplers(config);
    const { tokenIds, lengths } = await gpu.sample({ ...request({ prompts: [[1, 5]] }), adapter });
    expect(lengths[0]).toBeGreaterThan(0);
    expect([...lengths].slice(1)).toEqual([0, 0, 0]);
    expect(new Set(tokenIds.subarray(shape.completionLength))).toEqual(new Set([special.padId]));
  });

  it('keeps no state between rollouts: the same request gives the same bits', async () => {
    const { gpu, adapter } = await bothSamplers(config);
    const first = await gpu.sample({ ...request(), adapter });
    await gpu.sample({ ...request({ prompts: [[2, 2, 2, 2, 2]] }), adapter: adapter.map((x) => -x) });
    expect(await gpu.sample({ ...request(), adapter })).toEqual(first);
  });

  it('leaks no tensor in a rollout, and reads back once', async () => {
    const { gpu, adapter } = await bothSamplers(config);
    const { liveTensors, bytesRead } = runtime.statistics;
    await gpu.sample({ ...request(), adapter });
    expect(runtime.statistics.liveTensors).toBe(liveTensors);
    expect(runtime.statistics.bytesRead - bytesRead).toBe(
      12 * shape.rows * (shape.promptLength + shape.completionLength),
    );
    await gpu.dispose();
    expect(runtime.statistics.liveTensors).toBe(0);
  });

  it('refuses requests that do not fit with a message', async () => {
    const { gpu, adapter } = await bothSamplers(config);
    await expect(gpu.sample({ ...request({ prompts: [[1, 2, 3, 4, 5, 6]] }), adapter })).rejects.toThrow(
      /prompt: between 1 and 5/,
    );
    await expect(gpu.sample(request())).rejects.toThrow(/adapter/);
    const narrow = { ...config, heads: 8, kvHeads: 8 };
    const set = loraSet(narrow, { rank: 2, alpha: 4, targets: loraTargets });
    expect(() => gpuDecodeGraphs(narrow, frozenParameters(weightsOf(narrow)), set, shape)).toThrow(
      /multiple of 16, not 8/,
    );
  });
});

test.each([24, 300, 2000])('no output of a recorded step is a mere copy, for %i tokens', (vocabSize) => {
  const c = { ...config, vocabSize };
  const set = loraSet(c, { rank: 2, alpha: 4, targets: loraTargets });
  const { bytes, outputs } = gpuDecodeGraphs(c, frozenParameters(weightsOf(c)), set, shape).decode;
  const nodes = onnx.ModelProto.decode(bytes).graph?.node ?? [];
  expect(outputs.length).toBeGreaterThan(4);
  for (const { name } of outputs) {
    const writer = nodes.find((node) => node.output?.includes(name));
    expect(['Reshape', 'Identity', undefined]).not.toContain(writer?.op_type);
  }
});

describe('the merge graph', () => {
  it('gives W + scale A B, queries, keys and values side by side', async () => {
    const runtime = await createNodeRuntime();
    const weights = weightsOf(config);
    const set = loraSet(config, { rank: 2, alpha: 4, targets: loraTargets });
    const adapter = adapterNumbers(set.size);
    const { dense, merge } = gpuDecodeGraphs(config, frozenParameters(weights), set, shape);
    const base = await (await runtime.compile(dense!.bytes, dense!)).run({});
    const program = await runtime.compile(merge.bytes, merge);
    const outputs = await program.run({ ...base, adapter: { dtype: 'float32', shape: [set.size], data: adapter } });
    // The second of two layers.
    const merged = ((await outputs['stack.qkv']!.read()) as Float32Array).subarray(config.dim * 2 * config.dim);
    const numbersOf = (name: string) => adapter.subarray(set.segments.find((s) => s.name === name)?.offset);
    const [d, width] = [config.dim, 2 * config.dim];
    const expected = (name: string, out: number, column: number, row: number): number => {
      const base = dequantizeLinear(weights.get(name) as QuantizedWeight)[row * out + column] as number;
      const [a, b] = [numbersOf(`${name}.a`), numbersOf(`${name}.b`)];
      return (
        base + 2 * [0, 1].reduce((sum, r) => sum + (a[row * 2 + r] as number) * (b[r * out + column] as number), 0)
      );
    };
    for (const row of [0, 17, d - 1]) {
      expect(merged[row * width + 5]).toBeCloseTo(expected('layers.1.q', d, 5, row), 5);
      expect(merged[row * width + d + 9]).toBeCloseTo(expected('layers.1.k', d / 2, 9, row), 5);
      expect(merged[row * width + d + d / 2 + 31]).toBeCloseTo(expected('layers.1.v', d / 2, 31, row), 5);
    }
    await runtime.dispose();
  });
});
