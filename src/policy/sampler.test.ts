/** @file Cached decoding of ragged prompts against the scoring graph on its own completions, on Node and on WASM. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { input } from '../engine/graph/index.ts';
import { runGraph } from '../engine/onnx/graphRun.ts';
import { compile } from '../engine/onnx/compile.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { random } from '../lib/random.ts';
import type { PolicyConfig } from './config.ts';
import { randomAdapter, randomWeights, tinyConfig, tinyVariants } from '../../testing/tinyPolicy.ts';
import { loraTargets } from './loraConfig.ts';
import { fedSet, loraSet } from './parameterSet.ts';
import { frozenParameters } from './parameters.ts';
import { createCpuSampler } from './cpuSampler.ts';
import type { SampleRequest, Sampled, Sampler, SpecialTokens } from './sampler.ts';
import { score } from '../../testing/wholeRows.ts';

/** Ten rows with nine distinct prompts, more than one prefill run takes. */
const prompts: readonly (readonly number[])[] = [
  [1, 2, 4, 5, 6],
  [7],
  [8, 9],
  [7],
  [1, 2, 4],
  [10, 4],
  [5, 5, 5, 5],
  [6],
  [2, 1],
  [9, 9, 9],
];
const shape = { rows: 10, promptLength: 5, completionLength: 6 };
const special = { padId: 0, endIds: [3] };
const length = shape.promptLength + shape.completionLength;
const { vocabSize } = tinyConfig;

const configs: readonly (readonly [string, PolicyConfig])[] = [
  ['2 key heads', tinyConfig],
  ['rotation in adjacent pairs, a tied head', { ...tinyConfig, ropeInterleaved: true, tiedHead: true }],
  ['4 key heads', { ...tinyConfig, kvHeads: 4 }],
  ...Object.entries(tinyVariants).map(([name, variant]) => [name, { ...tinyConfig, ...variant }] as const),
];

function requestWith(changes: Partial<SampleRequest> = {}): SampleRequest {
  const stream = random('sampler', 'uniforms');
  const uniforms = Float32Array.from({ length: shape.rows * shape.completionLength }, () => stream.uniform());
  return { prompts, uniforms, temperature: 0.8, ...changes };
}

const completionOf = ({ tokenIds, lengths }: Sampled, row: number): number[] =>
  Array.from(tokenIds.subarray(row * shape.completionLength, row * shape.completionLength + (lengths[row] as number)));

describe.each([
  { name: 'Node', make: () => createNodeRuntime() },
  { name: 'WASM', make: () => createWasmRuntime() },
])('the sampler on $name', ({ make }) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await make();
  });
  afterAll(() => runtime.dispose());

  const setOf = (config: PolicyConfig) => loraSet(config, { rank: 2, alpha: 4, targets: [...loraTargets] });
  const adapterFor = (config: PolicyConfig): Float32Array => randomAdapter(setOf(config).size, 5);
  const samplerFor = (config: PolicyConfig, tokens: SpecialTokens = special): Promise<Sampler> =>
    createCpuSampler(runtime, config, frozenParameters(randomWeights(config, 1)), tokens, shape, setOf(config));

  /** log p of every token after each position of the sampled rows, from the scoring graph, [rows, length - 1, V]. */
  async function scored(
    config: PolicyConfig,
    sampled: Sampled,
    temperature: number,
  ): Promise<(row: number, position: number) => number[]> {
    const { parameters } = fedSet(setOf(config), frozenParameters(randomWeights(config, 1)), 'adapter');
    const { logDistribution } = score(
      config,
      parameters,
      input('tokenIds', [shape.rows, length], 'int'),
      input('temperature', []),
    );
    const tokenIds = prompts.flatMap((prompt, row) => {
      const ids = [...prompt, ...completionOf(sampled, row)];
      return [...ids, ...Array<number>(length - ids.length).fill(special.padId)];
    });
    const outputs = await runGraph(runtime, compile('score', { logDistribution }), {
      tokenIds,
      temperature: [temperature],
      adapter: adapterFor(config),
    });
    return (row, position) => {
      const start = (row * (length - 1) + position) * vocabSize;
      return (outputs.logDistribution ?? []).slice(start, start + vocabSize);
    };
  }

  test.each(configs)('its log-probabilities are those of the scoring graph: %s', async (_, config) => {
    const sampler = await samplerFor(config);
    const sampled = await sampler.sample(requestWith({ adapter: adapterFor(config) }));
    const distribution = await scored(config, sampled, 0.8);
    let tokens = 0;
    prompts.forEach((prompt, row) => {
      completionOf(sampled, row).forEach((token, t) => {
        const expected = distribution(row, prompt.length - 1 + t)[token] as number;
        expect(
          Math.abs((sampled.logProbs[row * shape.completionLength + t] as number) - expected),
          `row ${row}, token ${t}`,
        ).toBeLessThan(1e-5);
        tokens++;
      });
    });
    expect(tokens).toBeGreaterThan(30);
    expect(new Set(sampled.tokenIds).size).toBeGreaterThan(5);
    await sampler.dispose();
  });

  test('greedy takes the most likely token of the scoring graph at every position', async () => {
    const sampler = await samplerFor(tinyConfig);
    const sampled = await sampler.sample(requestWith({ adapter: adapterFor(tinyConfig), temperature: 0 }));
    const distribution = await scored(tinyConfig, sampled, 1);
    prompts.forEach((prompt, row) => {
      const best = completionOf(sampled, row).map((_, t) => {
        const logProbs = distribution(row, prompt.length - 1 + t);
        return logProbs.indexOf(Math.max(...logProbs));
      });
      expect(completionOf(sampled, row)).toEqual(best);
    });
    await sampler.dispose();
  });

  test('a row ends with its end token and is padded, without effect on other rows', async () => {
    const sampler = await samplerFor(tinyConfig);
    const endless = await samplerFor(tinyConfig, { padId: 0, endIds: [] });
    const request = requestWith({ adapter: adapterFor(tinyConfig) });
    const [sampled, whole] = [await sampler.sample(request), await endless.sample(request)];
    const ended = prompts.flatMap((_, row) => ((sampled.lengths[row] as number) < shape.completionLength ? [row] : []));
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.length).toBeLessThan(prompts.length);
    prompts.forEach((_, row) => {
      const span = [row * shape.completionLength, (row + 1) * shape.completionLength] as const;
      const size = sampled.lengths[row] as number;
      const tokens = Array.from(sampled.tokenIds.subarray(...span));
      expect(tokens.slice(0, size)).toEqual(Array.from(whole.tokenIds.subarray(...span)).slice(0, size));
      expect(Array.from(sampled.logProbs.subarray(...span)).slice(0, size)).toEqual(
        Array.from(whole.logProbs.subarray(...span)).slice(0, size),
      );
      expect(tokens.slice(0, size - 1)).not.toContain(special.endIds[0]);
      if (size < shape.completionLength) expect(tokens[size - 1]).toBe(special.endIds[0]);
      expect(tokens.slice(size).every((token) => token === special.padId)).toBe(true);
      expect(
        Array.from(sampled.logProbs.subarray(...span))
          .slice(size)
          .every((lp) => lp === 0),
      ).toBe(true);
    });
    await sampler.dispose();
    await endless.dispose();
  });

  test('a row depends on its prompt and uniforms only, not on other rows or earlier requests', async () => {
    const sampler = await samplerFor(tinyConfig);
    const request = requestWith({ adapter: adapterFor(tinyConfig) });
    const first = await sampler.sample(request);
    const others = prompts.map((prompt, row) => (row === 4 ? prompt : [4, 4, 4, 4, 4]));
    const uniforms = request.uniforms.map((u, i) =>
      Math.floor(i / shape.completionLength) === 4 ? u : 1 - 2 ** -24 - u,
    );
    const second = await sampler.sample({ ...request, prompts: others, uniforms });
    expect(completionOf(second, 4)).toEqual(completionOf(first, 4));
    expect(await sampler.sample(request)).toEqual(first);
    await sampler.dispose();
  });

  test('rows that write the same are computed once', async () => {
    const sampler = await samplerFor(tinyConfig, { padId: 0, endIds: [] });
    const request = requestWith({ adapter: adapterFor(tinyConfig) });
    const uploaded = async (changes: Partial<SampleRequest>): Promise<number> => {
      const before = runtime.statistics.bytesUploaded;
      await sampler.sample({ ...request, ...changes });
      return runtime.statistics.bytesUploaded - before;
    };
    const one = await uploaded({ prompts: prompts.slice(0, 1) });
    const same = prompts.map(() => prompts[0] as readonly number[]);
    const uniforms = request.uniforms.map((_, i) => request.uniforms[i % shape.completionLength] as number);
    expect(await uploaded({ prompts: same, uniforms })).toBe(one);
    expect(await uploaded({})).toBeGreaterThan(2 * one);
    await sampler.dispose();
  });

  test('requests that do not fit are refused with a message', async () => {
    const sampler = await samplerFor(tinyConfig);
    const adapter = adapterFor(tinyConfig);
    const ask = (changes: Partial<SampleRequest>) => sampler.sample(requestWith({ adapter, ...changes }));
    await expect(ask({ prompts: [[1], []] })).rejects.toThrow('prompt: between 1 and 5 tokens, not 0');
    await expect(ask({ prompts: [[1, 2, 1, 2, 1, 2]] })).rejects.toThrow('prompt: between 1 and 5 tokens, not 6');
    await expect(ask({ prompts: [] })).rejects.toThrow('prompts: between 1 and 10, not 0');
    await expect(ask({ prompts: Array.from({ length: 11 }, () => [1]) })).rejects.toThrow(
      'prompts: between 1 and 10, not 11',
    );
    await expect(ask({ uniforms: new Float32Array(59) })).rejects.toThrow('uniforms: 60 are needed, not 59');
    await expect(sampler.sample(requestWith())).rejects.toThrow('adapter');
    await sampler.dispose();
  });
});
