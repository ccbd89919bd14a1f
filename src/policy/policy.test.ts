/**
 * @file What every policy must hold to, autoregressive or not: sampler and graph agree, entropy and divergence are
 * those of the samples, and the gradient equals finite differences.
 */
import { describe, expect, test } from 'vitest';
import { denoiserLayout, denoiserParameters, denoiserPolicy, denoiserShape } from '../../testing/denoiser.ts';
import { randomAdapter, randomWeights, tinyConfig, tinyVariants } from '../../testing/tinyPolicy.ts';
import { grad } from '../engine/autodiff/grad.ts';
import { derivatives, gradientError } from '../../testing/engine/finiteDifference.ts';
import { add, input, mul, reduceSum, type Value } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import { loadGraph, type Numbers, runGraph } from '../engine/onnx/graphRun.ts';
import { createRuntime } from '../engine/runtime/index.ts';
import { random } from '../lib/random.ts';
import { autoregressivePolicy } from './autoregressive.ts';
import type { PolicyConfig } from './config.ts';
import { loraTargets } from './loraConfig.ts';
import { loraSet } from './parameterSet.ts';
import { frozenParameters, type Parameters, unflatten } from './parameters.ts';
import type { Policy, SampledChoices } from './policy.ts';

interface Case {
  readonly policy: Policy<never>;
  /** Length of the flat vector that is trained. */
  readonly size: number;
  readonly parameters: (flat: Value) => Parameters;
  /** The sampler's request, by the trained vector and the number of the batch. */
  readonly request: (flat: Float32Array, batch: number) => unknown;
}

const temperature = 0.8;

function decoder(variant: Partial<PolicyConfig> = {}): Case {
  const config = { ...tinyConfig, ...variant };
  const shape = { rows: 8, promptLength: 2, completionLength: 4 };
  const forest = { rows: 8, columns: 5, states: 40, isFixed: true };
  const base = frozenParameters(randomWeights(config, 1));
  const set = loraSet(config, { rank: 2, alpha: 4, targets: [...loraTargets] });
  return {
    policy: autoregressivePolicy({ config, base, special: { padId: 0, endIds: [3] }, shape, forest, set }),
    size: set.size,
    parameters: (flat) => set.over(base, unflatten(flat, set.segments)),
    request: (adapter, batch) => {
      const stream = random('decoder', batch);
      const uniforms = Float32Array.from({ length: shape.rows * shape.completionLength }, () => stream.uniform());
      return { prompts: Array.from({ length: shape.rows }, () => [5, 7]), uniforms, temperature, adapter };
    },
  };
}

function denoiser(): Case {
  const { rows, steps } = denoiserShape;
  return {
    policy: denoiserPolicy(),
    size: denoiserLayout.size,
    parameters: denoiserParameters,
    request: (parameters, batch) => {
      const stream = random('denoiser', batch);
      const noise = Float32Array.from({ length: rows * (steps + 1) * 2 }, () => stream.normal());
      return { parameters, noise, temperature };
    },
  };
}

/** Everything that an objective may read of a policy beside a reference, [B, C]; leaves `flat` and `reference`. */
function readings({ policy, size, parameters }: Case) {
  const heat = input('temperature', []);
  const flat = input('flat', [size]);
  const own = policy.pass(parameters(flat), heat).distributions;
  const reference = policy.pass(parameters(input('reference', [size])), heat).distributions;
  return {
    flat,
    logProbs: policy.logProbs(own),
    refLogProbs: policy.logProbs(reference),
    entropy: policy.entropy(own),
    kl: policy.kl(own, reference),
  };
}

const feedsOf = ({ trajectory }: SampledChoices): Record<string, Numbers> =>
  Object.fromEntries(Object.entries(trajectory).map(([name, { data }]) => [name, Array.from(data, Number)]));

describe.each([
  { kind: 'the decoder', make: () => decoder() },
  { kind: 'a decoder with biases', make: () => decoder(tinyVariants['biases (qwen2)']) },
  { kind: 'a decoder with windows', make: () => decoder({ ...tinyVariants['windows (gemma 3)'], tiedHead: false }) },
  { kind: 'a Gaussian denoiser', make: denoiser },
])('$kind', ({ make }) => {
  const found = make();
  const { policy, size } = found;
  const count = policy.choices[0] * policy.choices[1];
  const flat = randomAdapter(size, 5);
  const reference = randomAdapter(size, 6);

  test.each(['node', 'wasm'] as const)('its sampler and its graph agree on %s', async (backend) => {
    const runtime = await createRuntime(backend);
    const sampler = await policy.openSampler(runtime);
    const sampled = await sampler.sample(found.request(flat, 1) as never);
    const { logProbs } = readings(found);
    const feeds = { ...feedsOf(sampled), temperature: [temperature], flat };
    const read = (await runGraph(runtime, compile('read', { logProbs }), feeds)).logProbs ?? [];
    await sampler.dispose();
    await runtime.dispose();
    expect([sampled.written.length, sampled.logProbs.length, read.length]).toEqual([count, count, count]);
    expect(sampled.written.reduce((sum, mark) => sum + mark, 0)).toBeGreaterThan(count / 3);
    sampled.written.forEach((mark, i) => {
      if (mark === 1) expect(Math.abs((sampled.logProbs[i] as number) - (read[i] as number))).toBeLessThan(1e-5);
      else expect(sampled.logProbs[i]).toBe(0);
    });
  });

  test('entropy is the mean of -log p over samples, and KL that of log p - log q', async () => {
    const runtime = await createRuntime('node');
    const sampler = await policy.openSampler(runtime);
    const { flat: _, ...outputs } = readings(found);
    const graph = await loadGraph(runtime, compile('read', outputs));
    // Differences of both sides for every own choice: their mean is 0.
    const differences: [number[], number[]] = [[], []];
    for (let batch = 0; batch < 150; batch++) {
      const sampled = await sampler.sample(found.request(flat, batch) as never);
      const read = await graph.run({ ...feedsOf(sampled), temperature: [temperature], flat, reference });
      sampled.written.forEach((mark, i) => {
        if (mark === 0) return;
        const [logP, logQ, entropy, kl] = ['logProbs', 'refLogProbs', 'entropy', 'kl'].map(
          (name) => read[name]?.[i] as number,
        ) as [number, number, number, number];
        differences[0].push(-logP - entropy);
        differences[1].push(logP - logQ - kl);
        expect(kl).toBeGreaterThan(-1e-5);
      });
    }
    await runtime.dispose();
    for (const values of differences) {
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
      expect(values.length).toBeGreaterThan(1000);
      expect(deviation).toBeGreaterThan(0.05);
      expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(values.length));
    }
  });

  test.each(['node', 'wasm'] as const)(
    'the gradient of log-probabilities, entropy and KL equals finite differences on %s',
    async (backend) => {
      const runtime = await createRuntime(backend);
      const sampler = await policy.openSampler(runtime);
      const sampled = await sampler.sample(found.request(flat, 1) as never);
      const { flat: leaf, logProbs, entropy, kl } = readings(found);
      const weights = input('weights', policy.choices);
      const loss = reduceSum(mul(weights, add(logProbs, add(mul(entropy, 0.3), mul(kl, 0.5)))));
      const stream = random('weights', 1);
      const feeds = {
        ...feedsOf(sampled),
        temperature: [temperature],
        reference,
        weights: Array.from({ length: count }, () => stream.normal()),
      };
      const { gradient = [] } = await runGraph(
        runtime,
        compile('gradient', { gradient: grad(loss, [leaf])[0] as Value }, 'float64'),
        { ...feeds, flat },
      );
      const loaded = await loadGraph(runtime, compile('loss', { loss }, 'float64'));
      const entries = Array.from({ length: 20 }, (_, i) => Math.floor((i * (size - 1)) / 19));
      const numeric = await derivatives(
        async (point) => (await loaded.run({ ...feeds, flat: point })).loss?.[0] as number,
        Array.from(flat),
        entries,
      );
      await runtime.dispose();
      expect(
        gradientError(
          entries.map((i) => gradient[i] as number),
          numeric,
        ),
      ).toBeLessThan(1e-5);
    },
  );
});
