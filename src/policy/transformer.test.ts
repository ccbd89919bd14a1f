/** @file The policy's forward pass, scores and adapters against plain loops that share no code with them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { constant, equal, input, reshape, sizeOf, slice, type Value } from '../engine/graph/index.ts';
import { largestError, loadGraph, runGraph } from '../engine/onnx/graphRun.ts';
import { compile } from '../engine/onnx/compile.ts';
import { dequantized } from '../../testing/engine/plainLoops.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { random } from '../lib/random.ts';
import type { PolicyConfig } from './config.ts';
import { embedTokens } from './embed.ts';
import {
  blockWeights,
  randomAdapter,
  randomTokens,
  randomWeights,
  tinyBlocks,
  tinyConfig,
  tinyVariants,
} from '../../testing/tinyPolicy.ts';
import { adapterLayout, adapterOf, initialAdapter, loraScale, withAdapter } from './lora.ts';
import { type LoraConfig, loraTargets } from './loraConfig.ts';
import { fedParameters, frozenParameters, type Parameters } from './parameters.ts';
import { fedSet, fullSet } from './parameterSet.ts';
import { onnx } from '../engine/onnx/generated/onnx.js';
import { plainLogDistribution, plainLogits, type PlainWeights } from '../../testing/plainTransformer.ts';
import { BLOCK_SIZE, type Weight } from './quantize.ts';
import { score } from '../../testing/wholeRows.ts';
import { entropy, exactKl } from './score.ts';
import { forward, headLogits } from './transformer.ts';

const [rows, length] = [2, 6];
const lora: LoraConfig = { rank: 4, alpha: 8, targets: [...loraTargets] };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const plainWeights =
  (weights: ReadonlyMap<string, Weight>): PlainWeights =>
  (name) => {
    const weight = weights.get(name);
    if (!weight) throw new Error(`no weight ${name}`);
    if (weight.kind === 'dense') return weight.data;
    const [inDim, outDim] = weight.shape;
    const transposed = dequantized(weight.packed, Array.from(weight.scales), weight.bits, BLOCK_SIZE, inDim);
    return Array.from(
      { length: inDim * outDim },
      (_, i) => transposed[(i % outDim) * inDim + Math.floor(i / outDim)] as number,
    );
  };

const tokenInput = (): Value => input('tokenIds', [rows, length], 'int');
const logitsOf = (config: PolicyConfig, parameters: Parameters): Value =>
  headLogits(config, parameters, forward(config, parameters, { x: embedTokens(parameters, tokenInput()) }).hidden);

/** Scores of the graph in float64 and of the plain loops, at temperature 0.7. */
async function bothScores(
  config: PolicyConfig,
  weights: ReadonlyMap<string, Weight>,
  base = frozenParameters(weights, 0),
) {
  const tokenIds = randomTokens(config, 3, rows, length);
  const { logProbs, logDistribution } = score(config, base, tokenInput(), input('temperature', []));
  const actual = await runGraph(
    runtime,
    compile('score', { logProbs, logDistribution, entropy: entropy(logDistribution) }, 'float64'),
    { tokenIds, temperature: [0.7] },
  );
  const distributions = [0, 1].flatMap((row) =>
    plainLogits(config, plainWeights(weights), tokenIds.slice(row * length, (row + 1) * length))
      .slice(0, -1)
      .map((logits) => plainLogDistribution(logits, 0.7)),
  );
  const targets = [0, 1].flatMap((row) => tokenIds.slice(row * length + 1, (row + 1) * length));
  const expected = {
    logDistribution: distributions.flat(),
    logProbs: distributions.map((d, i) => d[targets[i] as number] as number),
    entropy: distributions.map((d) => -d.reduce((sum, lp) => sum + Math.exp(lp) * lp, 0)),
  };
  return { actual, expected };
}

describe('the forward pass', () => {
  test.each([
    { ropeInterleaved: false, tiedHead: false, kvHeads: 2 },
    { ropeInterleaved: true, tiedHead: false, kvHeads: 2 },
    { ropeInterleaved: false, tiedHead: true, kvHeads: 2 },
    { ropeInterleaved: true, tiedHead: true, kvHeads: 1 },
    { ropeInterleaved: false, tiedHead: false, kvHeads: 4 },
  ])('agrees with plain loops in float64: %o', async (choice) => {
    const config = { ...tinyConfig, ...choice };
    const { actual, expected } = await bothScores(config, randomWeights(config, 1));
    for (const name of ['logProbs', 'logDistribution', 'entropy'] as const)
      expect(largestError(actual[name], expected[name]), `error of ${name}`).toBeLessThan(1e-9);
  });

  test.each(Object.keys(tinyVariants) as (keyof typeof tinyVariants)[])(
    'agrees with plain loops in float64: %s',
    async (name) => {
      const config = { ...tinyConfig, ...tinyVariants[name] };
      const weights = randomWeights(config, 1);
      const { actual, expected } = await bothScores(config, weights);
      expect(largestError(actual.logDistribution, expected.logDistribution)).toBeLessThan(1e-9);
    },
  );

  test.each([
    ['one sequence', 1, [length, length]],
    ['sequences', rows, [rows, length, length]],
    ['blocks', rows, [rows, 1, length, length]],
  ])('with windows, stated positions of %s mean those that are counted', async (_, batch, shape) => {
    const config = { ...tinyConfig, ...tinyVariants['windows (gemma 3)'] };
    const parameters = frozenParameters(randomWeights(config, 1));
    const x = embedTokens(parameters, input('tokenIds', [rows, length], 'int'));
    const [places, part] = batch === 1 ? [[length], slice(x, 0, 0, 1)] : [[rows, length], x];
    const counted = { x: reshape(part, [...places, config.dim]) };
    const positions = Array.from({ length: sizeOf(places) }, (__, i) => i % length);
    const seen = Array.from({ length: sizeOf(shape) }, (__, i) => i % length <= Math.floor(i / length) % length);
    const stated = {
      ...counted,
      positions: constant(Int32Array.from(positions), places, 'int'),
      visible: equal(constant(Int32Array.from(seen, Number), shape, 'int'), 1),
    };
    const logits = {
      counted: forward(config, parameters, counted).hidden,
      stated: forward(config, parameters, stated).hidden,
    };
    const tokenIds = randomTokens(config, 3, rows, length);
    const outputs = await runGraph(runtime, compile('windows', logits), { tokenIds });
    expect(largestError(outputs.stated, outputs.counted ?? [])).toBeLessThan(1e-6);
    expect(outputs.counted).toHaveLength(sizeOf(places) * config.dim);
  });

  test.each([4, 8] as const)('with %d-bit blocks it equals that of the dequantized weights', async (bits) => {
    const { actual, expected } = await bothScores(tinyBlocks, blockWeights(tinyBlocks, 1, bits));
    expect(largestError(actual.logDistribution, expected.logDistribution)).toBeLessThan(1e-9);
  });

  test('blocks of a small policy are unpacked to single precision, with the same scores', async () => {
    const weights = blockWeights(tinyBlocks, 1, 4);
    const base = frozenParameters(weights);
    expect([base.isDense, frozenParameters(weights, 0).isDense]).toEqual([true, false]);
    const { actual, expected } = await bothScores(tinyBlocks, weights, base);
    expect(largestError(actual.logDistribution, expected.logDistribution)).toBeLessThan(1e-6);
  });

  test('on a GPU its products of heads are Einsum, for which it has a kernel, also with all weights trained', () => {
    const weights = randomWeights(tinyConfig, 1);
    const forms = { base: fedParameters(weights), cpu: frozenParameters(weights) };
    const all = fedSet(fullSet(tinyConfig, weights), forms.base, 'parameters').parameters;
    const productsOf = (parameters: Parameters): unknown[] => {
      const { bytes } = compile('logits', { logits: logitsOf(tinyConfig, parameters) });
      const types = (onnx.ModelProto.decode(bytes).graph?.node ?? []).map(({ op_type }) => op_type);
      return ['Einsum', 'FusedMatMul'].map((type) => types.filter((t) => t === type).length);
    };
    const count = 2 * tinyConfig.layers;
    expect([forms.base, all, forms.cpu].map(productsOf)).toEqual([
      [count, 0],
      [count, 0],
      [0, count],
    ]);
  });

  test('the two rotary layouts differ', async () => {
    const [halves, neighbours] = await Promise.all(
      [false, true].map((ropeInterleaved) =>
        bothScores({ ...tinyConfig, ropeInterleaved }, randomWeights(tinyConfig, 1)),
      ),
    );
    expect(largestError(halves?.actual.logProbs, neighbours?.actual.logProbs ?? [])).toBeGreaterThan(1e-3);
  });

  test('a position sees no later position, to the bit', async () => {
    const graph = await loadGraph(
      runtime,
      compile('logits', { logits: logitsOf(tinyConfig, frozenParameters(randomWeights(tinyConfig, 1))) }),
    );
    const tokenIds = randomTokens(tinyConfig, 3, rows, length);
    const changed = tokenIds.map((id, i) => (i % length === 4 ? (id + 1) % tinyConfig.vocabSize : id));
    const [before, after] = [
      (await graph.run({ tokenIds })).logits ?? [],
      (await graph.run({ tokenIds: changed })).logits ?? [],
    ];
    const { vocabSize } = tinyConfig;
    for (let position = 0; position < rows * length; position++) {
      const span = [position * vocabSize, (position + 1) * vocabSize] as const;
      if (position % length < 4) expect(after.slice(...span)).toEqual(before.slice(...span));
      else expect(after.slice(...span)).not.toEqual(before.slice(...span));
    }
    await graph.dispose();
  });

  test('the exact KL agrees with its definition, and is 0 between equal distributions', async () => {
    const p = [0.5, 0.3, 0.15, 0.05];
    const logP = input('p', [1, 4]);
    const kl = exactKl(logP, input('q', [1, 4]));
    const logs = { p: p.map(Math.log), q: [0.25, 0.25, 0.25, 0.25].map(Math.log) };
    const {
      kl: actual,
      none,
      h,
    } = await runGraph(runtime, compile('kl', { kl, none: exactKl(logP, logP), h: entropy(logP) }, 'float64'), logs);
    expect(actual?.[0]).toBeCloseTo(0.24417432, 8);
    expect(none).toEqual([0]);
    expect(h?.[0]).toBeCloseTo(Math.log(4) - 0.24417432, 8);
  });
});

describe('adapters', () => {
  const layout = adapterLayout(tinyConfig, lora);
  const base = () => frozenParameters(randomWeights(tinyConfig, 1));
  const tokenIds = randomTokens(tinyConfig, 3, rows, length);
  const adapted = (l: typeof layout): Value =>
    logitsOf(tinyConfig, withAdapter(base(), adapterOf(l, input('adapter', [l.size]))));
  const baseLogits = async () =>
    (await runGraph(runtime, compile('base', { logits: logitsOf(tinyConfig, base()) }), { tokenIds })).logits ?? [];
  const adaptedLogits = async (adapter: Float32Array, l = layout) =>
    (await runGraph(runtime, compile('adapted', { logits: adapted(l) }), { tokenIds, adapter })).logits ?? [];

  test('are end to end: A [in, rank] and B [rank, out] of every linear layer except the head', () => {
    expect(layout.layers).toHaveLength(2 * 7);
    let offset = 0;
    for (const segment of layout.segments) {
      expect(segment.offset).toBe(offset);
      offset += (segment.shape[0] as number) * (segment.shape[1] as number);
    }
    expect(layout.size).toBe(offset);
    expect(layout.segments.find(({ name }) => name === 'layers.1.k.a')?.shape).toEqual([16, 4]);
    expect(layout.segments.find(({ name }) => name === 'layers.1.k.b')?.shape).toEqual([4, 8]);
    expect(adapterLayout(tinyConfig, { ...lora, targets: ['q', 'up'] }).layers).toEqual([
      'layers.0.q',
      'layers.0.up',
      'layers.1.q',
      'layers.1.up',
    ]);
  });

  test('a fresh one does not change the base, bit for bit', async () => {
    const fresh = initialAdapter(layout, random(5, 'adapter'));
    const plain = await baseLogits();
    expect(await adaptedLogits(fresh)).toEqual(plain);
    expect(await adaptedLogits(randomAdapter(layout.size, 5))).not.toEqual(plain);
  });

  test('a fresh one has A of variance 1 / in and B zero', () => {
    const fresh = initialAdapter(layout, random(5, 'adapter'));
    const scaled: number[] = [];
    for (const { name, offset, shape } of layout.segments) {
      const part = Array.from(fresh.subarray(offset, offset + (shape[0] as number) * (shape[1] as number)));
      if (name.endsWith('.b')) expect(part.every((x) => x === 0)).toBe(true);
      else scaled.push(...part.map((x) => x * Math.sqrt(shape[0] as number)));
    }
    const variance = scaled.reduce((sum, x) => sum + x * x, 0) / scaled.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / scaled.length));
  });

  test('merging W + (alpha / rank) A B gives the same logits', async () => {
    const flat = randomAdapter(layout.size, 5);
    const weights = randomWeights(tinyConfig, 1);
    const piece = (name: string) => {
      const segment = layout.segments.find((s) => s.name === name);
      if (!segment) throw new Error(`no piece ${name}`);
      return { data: flat.subarray(segment.offset), shape: segment.shape as readonly [number, number] };
    };
    for (const name of layout.layers) {
      const [a, b] = [piece(`${name}.a`), piece(`${name}.b`)];
      const [inDim, rank] = a.shape;
      const outDim = b.shape[1];
      const merged = Float32Array.from(weights.get(name)?.data ?? []);
      for (let i = 0; i < inDim; i++) {
        for (let j = 0; j < outDim; j++) {
          let sum = 0;
          for (let r = 0; r < rank; r++) sum += (a.data[i * rank + r] as number) * (b.data[r * outDim + j] as number);
          merged[i * outDim + j] = (merged[i * outDim + j] as number) + (8 / 4) * sum;
        }
      }
      weights.set(name, { kind: 'dense', shape: [inDim, outDim], data: merged });
    }
    const merged = (
      await runGraph(runtime, compile('merged', { logits: logitsOf(tinyConfig, frozenParameters(weights)) }), {
        tokenIds,
      })
    ).logits;
    const unmerged = await adaptedLogits(flat);
    expect(largestError(merged, unmerged)).toBeLessThan(1e-5);
    expect(largestError(unmerged, await baseLogits())).toBeGreaterThan(0.1);
  });

  test('the scale is alpha / rank, and alpha / sqrt(rank) when rank-stabilized', async () => {
    expect(loraScale(lora)).toBe(2);
    expect(loraScale({ ...lora, rankStabilized: true })).toBe(4);
    const flat = randomAdapter(layout.size, 5);
    const stabilized = await adaptedLogits(flat, adapterLayout(tinyConfig, { ...lora, rankStabilized: true }));
    const doubled = await adaptedLogits(flat, adapterLayout(tinyConfig, { ...lora, alpha: 16 }));
    expect(stabilized).toEqual(doubled);
    expect(stabilized).not.toEqual(await adaptedLogits(flat));
  });
});
