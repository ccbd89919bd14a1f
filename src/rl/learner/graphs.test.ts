/**
 * @file The gradient of a whole GRPO step (policy, adapter, clip, KL) in float64 against finite differences, and its
 * parts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { largestError, loadGraph, runGraph, type Numbers } from '../../engine/onnx/graphRun.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import { adamW, adamWDefaults } from '../../engine/optim/adamw.ts';
import { onnx } from '../../engine/onnx/generated/onnx.js';
import { importModel } from '../../../testing/onnx/import.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { autoregressivePolicy } from '../../policy/autoregressive.ts';
import { forestOf } from '../../policy/forest.ts';
import type { PolicyConfig } from '../../policy/config.ts';
import {
  blockWeights,
  randomAdapter,
  randomTokens,
  randomWeights,
  tinyBlocks,
  tinyConfig,
} from '../../../testing/tinyPolicy.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { fedSet, loraSet } from '../../policy/parameterSet.ts';
import { frozenParameters, type Parameters } from '../../policy/parameters.ts';
import type { Weight } from '../../policy/quantize.ts';
import { grpo } from '../papers/grpo.ts';
import { gatheringGraph, gradientGraph, scoreGraph, type TrainedParts, updateGraph } from './graphs.ts';

const shape = { rows: 3, length: 6 };
const columns = shape.length - 1;
const count = shape.rows * columns;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** The graph that a run compiles, in float64. */
const inFloat64 = (graph: CompiledGraph): CompiledGraph =>
  compile(graph.name, importModel(graph.bytes).outputs, 'float64');

type Parts = TrainedParts & { readonly config: PolicyConfig };

/** Forests with a place for every next token. */
const forestFor = (rows: number) => ({ rows, columns, states: rows * columns, isFixed: true });

/** A decoder for rows of six tokens. */
const decoder = (config: PolicyConfig, base: Parameters, rows: number) =>
  autoregressivePolicy({
    config,
    base,
    special: { padId: 0, endIds: [] },
    shape: { rows, promptLength: 1, completionLength: shape.length - 1 },
    forest: forestFor(rows),
    set: null,
  });

function partsOf(config: PolicyConfig, weights: ReadonlyMap<string, Weight>): Parts {
  const base = frozenParameters(weights, 0);
  return {
    config,
    base,
    policy: decoder(config, base, shape.rows),
    algorithm: grpo,
    set: loraSet(config, { rank: 2, alpha: 4, targets: [...loraTargets] }),
    reference: true,
  };
}

/** Feeds of whole rows. */
function leavesOf(tokenIds: Numbers): Record<string, Numbers> {
  const leaves = forestOf(forestFor(tokenIds.length / shape.length), Int32Array.from(tokenIds));
  return Object.fromEntries(Object.entries(leaves).map(([name, values]) => [name, Array.from(values as Int32Array)]));
}

interface Case {
  readonly parts: Parts;
  readonly tokenIds: Numbers;
  readonly graph: CompiledGraph;
  readonly feeds: Record<string, Numbers>;
}

/** A batch with ratios on both sides of the clip range; the first position is the prompt and has weight 0. */
async function batchOf(parts: Parts, parameters: Numbers, beta = 0.3): Promise<Case> {
  const stream = random(4, 'batch');
  const tokenIds = randomTokens(parts.config, 7, shape.rows, shape.length);
  const fixed = { ...leavesOf(tokenIds), temperature: [0.9] };
  const { refLogDistribution } = await runGraph(runtime, inFloat64(scoreGraph(parts)), fixed);
  const graph = inFloat64(gradientGraph(parts));
  const feeds = {
    ...fixed,
    parameters,
    refLogDistribution: refLogDistribution ?? [],
    'setting.epsilon': [0.2],
    'setting.beta': [beta],
    oldLogProbs: Array<number>(count).fill(0),
    advantages: Array.from({ length: count }, () => stream.normal()),
    weights: Array.from({ length: count }, (_, i) => (i % columns === 0 ? 0 : 0.02 + 0.1 * stream.uniform())),
  };
  const { logProbs } = await runGraph(runtime, graph, feeds);
  return {
    parts,
    tokenIds,
    graph,
    feeds: { ...feeds, oldLogProbs: (logProbs ?? []).map((lp) => lp + 0.4 * (stream.uniform() - 0.5) * 2) },
  };
}

/** The gradient, and its largest error at 60 entries of the adapter. */
async function checkGradient({ parts, graph, feeds }: Case): Promise<{ error: number; gradient: number[] }> {
  const { gradient = [] } = await runGraph(runtime, graph, feeds);
  const { loss } = importModel(graph.bytes).outputs;
  const loaded = await loadGraph(runtime, compile('loss', { loss: present(loss, 'loss') }, 'float64'));
  const entries = random(9, 'entries')
    .shuffle([...Array(parts.set.size).keys()])
    .slice(0, 60);
  const numeric = await derivatives(
    async (parameters) => (await loaded.run({ ...feeds, parameters })).loss?.[0] as number,
    Array.from(feeds.parameters as Numbers),
    entries,
  );
  await loaded.dispose();
  return {
    error: gradientError(
      entries.map((i) => gradient[i] as number),
      numeric,
    ),
    gradient,
  };
}

describe('the gradient of a GRPO step', () => {
  test.each([
    { name: 'a dense base, rotary halves', config: tinyConfig, weights: () => randomWeights(tinyConfig, 1) },
    {
      name: 'a dense base, neighbours, tied head',
      config: { ...tinyConfig, ropeInterleaved: true, tiedHead: true },
      weights: () => randomWeights({ ...tinyConfig, tiedHead: true }, 1),
    },
    { name: 'a 4-bit base', config: tinyBlocks, weights: () => blockWeights(tinyBlocks, 1, 4) },
    { name: 'an 8-bit base', config: tinyBlocks, weights: () => blockWeights(tinyBlocks, 1, 8) },
  ])('equals finite differences: $name', async ({ config, weights }) => {
    const parts = partsOf(config, weights());
    const batch = await batchOf(parts, randomAdapter(parts.set.size, 2));
    const { error, gradient } = await checkGradient(batch);
    expect(error).toBeLessThan(1e-6);
    expect(gradient.filter((x) => x !== 0).length).toBeGreaterThan(0.9 * parts.set.size);
  });

  test('loss and statistics equal plain loops over the distributions', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { graph, feeds, tokenIds } = await batchOf(parts, randomAdapter(parts.set.size, 2));
    const { loss, logProbs = [], refLogProbs, entropy, kl } = await runGraph(runtime, graph, feeds);
    const adapted = {
      ...parts,
      base: fedSet(parts.set, parts.base, 'parameters').parameters,
    };
    const { refLogDistribution: p = [] } = await runGraph(runtime, inFloat64(scoreGraph(adapted)), feeds);
    const q = Array.from(feeds.refLogDistribution as Numbers);
    const { vocabSize } = parts.config;
    const expected = {
      loss: 0,
      logProbs: [] as number[],
      refLogProbs: [] as number[],
      entropy: [] as number[],
      kl: [] as number[],
    };
    for (let i = 0; i < count; i++) {
      const target = tokenIds[Math.floor(i / columns) * shape.length + (i % columns) + 1] as number;
      const edge = (feeds.choices as Numbers)[i] as number;
      const row = Array.from(
        { length: vocabSize },
        (_, token) => [p[edge * vocabSize + token] as number, q[edge * vocabSize + token] as number] as const,
      );
      const [lp, ref] = row[target] as readonly [number, number];
      const ratio = Math.exp(lp - (feeds.oldLogProbs?.[i] as number));
      const advantage = feeds.advantages?.[i] as number;
      const surrogate = Math.min(ratio * advantage, Math.min(1.2, Math.max(0.8, ratio)) * advantage);
      expected.loss -= (feeds.weights?.[i] as number) * (surrogate - 0.3 * (Math.exp(ref - lp) - 1 - (ref - lp)));
      expected.logProbs.push(lp);
      expected.refLogProbs.push(ref);
      expected.entropy.push(row.reduce((sum, [a]) => sum - Math.exp(a) * a, 0));
      expected.kl.push(row.reduce((sum, [a, b]) => sum + Math.exp(a) * (a - b), 0));
    }
    expect(loss?.[0]).toBeCloseTo(expected.loss, 12);
    const actual = { logProbs, refLogProbs, entropy, kl };
    for (const name of ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const)
      expect(largestError(actual[name], expected[name]), `error of ${name}`).toBeLessThan(1e-12);
    const ratios = logProbs.map((lp, i) => Math.exp(lp - (feeds.oldLogProbs?.[i] as number)));
    expect(new Set(ratios.map((r) => (r < 0.8 ? 'low' : r > 1.2 ? 'high' : 'inside'))).size).toBe(3);
  });

  test('with B = 0 the gradient of A is zero and that of B is not', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { error, gradient } = await checkGradient(await batchOf(parts, parts.set.initial(random(1, 'adapter'))));
    expect(error).toBeLessThan(1e-6);
    for (const {
      name,
      offset,
      shape: [n, k],
    } of parts.set.segments) {
      const largest = Math.max(...gradient.slice(offset, offset + (n as number) * (k as number)).map(Math.abs));
      if (name.endsWith('.a')) expect(largest).toBe(0);
      else expect(largest).toBeGreaterThan(1e-6);
    }
  });

  test('masked tokens change neither loss nor gradient', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { graph, feeds } = await batchOf(parts, randomAdapter(parts.set.size, 2));
    const masked = (values: Numbers | undefined, weight: number) =>
      Array.from(values ?? [], (v, i) => (i % columns === 0 ? v + weight : v));
    const before = await runGraph(runtime, graph, feeds);
    const after = await runGraph(runtime, graph, {
      ...feeds,
      advantages: masked(feeds.advantages, 5),
      oldLogProbs: masked(feeds.oldLogProbs, -3),
    });
    expect(after.loss).toEqual(before.loss);
    expect(after.gradient).toEqual(before.gradient);
    const unmasked = await runGraph(runtime, graph, { ...feeds, weights: Array<number>(count).fill(0.1) });
    expect(unmasked.loss).not.toEqual(before.loss);
  });

  test('with advantages and beta 0 the gradient is exactly 0', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { graph, feeds } = await batchOf(parts, randomAdapter(parts.set.size, 2), 0);
    const { gradient } = await runGraph(runtime, graph, { ...feeds, advantages: Array<number>(count).fill(0) });
    expect(gradient?.every((x) => x === 0)).toBe(true);
    const { gradient: penalized } = await runGraph(runtime, graph, {
      ...feeds,
      advantages: Array<number>(count).fill(0),
      'setting.beta': [0.3],
    });
    expect(penalized?.some((x) => Math.abs(x) > 1e-4)).toBe(true);
  });

  test('rows one by one add up to the batch', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { graph, feeds, tokenIds } = await batchOf(parts, randomAdapter(parts.set.size, 2));
    const whole = await runGraph(runtime, graph, feeds);
    const single = inFloat64(gradientGraph({ ...parts, policy: decoder(parts.config, parts.base, 1) }));
    const widths: Record<string, number> = {
      oldLogProbs: columns,
      advantages: columns,
      weights: columns,
    };
    let loss = 0;
    let sum = Array<number>(parts.set.size).fill(0);
    for (let row = 0; row < shape.rows; row++) {
      const part = Object.fromEntries(
        Object.entries(feeds).map(([name, values]) => {
          const width = widths[name];
          return [name, width ? Array.from(values).slice(row * width, (row + 1) * width) : values];
        }),
      );
      // Edges are numbered by their first use.
      const edges = (feeds.choices as number[]).slice(row * columns, (row + 1) * columns);
      const { vocabSize } = parts.config;
      const refLogDistribution = edges.flatMap((edge) =>
        Array.from(feeds.refLogDistribution ?? []).slice(edge * vocabSize, (edge + 1) * vocabSize),
      );
      const own = leavesOf(Array.from(tokenIds).slice(row * shape.length, (row + 1) * shape.length));
      const result = await runGraph(runtime, single, { ...part, ...own, refLogDistribution });
      loss += result.loss?.[0] as number;
      sum = sum.map((x, i) => x + (result.gradient?.[i] as number));
    }
    expect(loss).toBeCloseTo(whole.loss?.[0] as number, 12);
    expect(largestError(sum, whole.gradient ?? [])).toBeLessThan(1e-12);
  });

  test('no output of a recorded graph is a mere copy, which a replay would leave out', () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const graphs = [
      scoreGraph(parts),
      gatheringGraph(parts),
      updateGraph({ ...parts, optimizer: adamW(adamWDefaults) }),
    ];
    for (const { name, bytes, outputs } of graphs) {
      const nodes = onnx.ModelProto.decode(bytes).graph?.node ?? [];
      for (const output of outputs) {
        const writer = nodes.find((node) => node.output?.includes(output.name));
        expect(['Reshape', 'Identity'], `${name}: ${output.name}`).not.toContain(writer?.op_type);
      }
    }
  });

  test('the gathering graph adds the same gradient to its input', async () => {
    const parts = partsOf(tinyConfig, randomWeights(tinyConfig, 1));
    const { graph, feeds } = await batchOf(parts, randomAdapter(parts.set.size, 2));
    const { gradient = [], loss = [], logProbs = [], kl = [] } = await runGraph(runtime, graph, feeds);
    const gathered = Array.from(randomAdapter(parts.set.size, 8));
    const outputs = await runGraph(runtime, inFloat64(gatheringGraph(parts)), { ...feeds, gathered });
    expect(
      largestError(
        outputs['next.gathered'],
        gradient.map((x, i) => x + (gathered[i] as number)),
      ),
    ).toBeLessThan(1e-14);
    const statistics = outputs.statistics ?? [];
    expect(statistics).toHaveLength(4 * count + 2);
    expect(statistics.slice(0, count)).toEqual(logProbs);
    expect(statistics.slice(3 * count, 4 * count)).toEqual(kl);
    expect(statistics.at(-2)).toBe(loss[0]);
    expect(statistics.at(-1)).toBeCloseTo(Math.hypot(...(outputs['next.gathered'] ?? [])), 12);
  });
});
