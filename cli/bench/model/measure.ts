/** @file Time and memory of one micro-batch of a large model, against the rate of a plain matrix product. */
import { input, matmul } from '../../../src/engine/graph/index.ts';
import { compile } from '../../../src/engine/onnx/compile.ts';
import { createRuntime } from '../../../src/engine/runtime/index.ts';
import type { Runtime } from '../../../src/engine/runtime/runtime.ts';
import { random } from '../../../src/lib/random.ts';
import type { PolicyConfig } from '../../../src/policy/config.ts';
import { weightNames } from '../../../src/policy/config.ts';
import { loraTargets } from '../../../src/policy/lora.ts';
import { floats } from '../../../src/rl/learner/feeds.ts';
import { createLayerLearner } from '../../../src/rl/learner/layers/layerLearner.ts';
import { columnsOf, type LearnerSpec } from '../../../src/rl/learner/learner.ts';
import type { GradientBatch } from '../../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../../src/rl/words/slots.ts';
import { type ModelId, modelShapes, randomModel } from './shapes.ts';

const [ROWS, LENGTH, PROMPT] = [4, 65, 1];
const RANK = 8;

export interface ModelMeasurement {
  readonly model: ModelId;
  readonly backend: 'node' | 'wasm';
  /** Positions of the micro-batch, all with a prefix of their own. */
  readonly positions: number;
  readonly seconds: { readonly open: number; readonly score: number; readonly gradient: number };
  /** Of the process since its start. */
  readonly peakBytes: number;
  /** 1e9 operations: those of the gradient, those with a forward pass that is computed twice, and of a second in a plain product. */
  readonly gigaflops: { readonly needed: number; readonly done: number; readonly rate: number };
  /** The gradient's time in units of `needed` / `rate`, and of `done` / `rate`. */
  readonly ratio: { readonly needed: number; readonly done: number };
}

export const specOf = (): LearnerSpec => ({
  checkpoint: new Uint8Array(),
  slots: {
    [policySlot]: {
      set: { kind: 'lora', lora: { rank: RANK, alpha: 2 * RANK, targets: [...loraTargets] } },
      algorithm: { id: 'grpo' },
    },
  },
  shardSize: ROWS,
  microBatch: { rows: ROWS, states: ROWS * (LENGTH - 1) },
  promptLength: PROMPT,
  completionLength: LENGTH - PROMPT,
});

/** Rows of random tokens, all of which count. */
export function batchOf(spec: LearnerSpec, { vocabSize }: PolicyConfig): GradientBatch {
  const stream = random(1, 'model bench');
  const count = ROWS * columnsOf(spec);
  const numbers = (draw: () => number) => Float32Array.from({ length: count }, draw);
  return {
    rows: ROWS,
    tokenIds: Int32Array.from({ length: ROWS * LENGTH }, () => stream.integer(3, vocabSize - 1)),
    temperature: 1,
    arrays: {
      mask: numbers(() => 1),
      weights: numbers(() => 1 / count),
      oldLogProbs: numbers(() => -Math.log(vocabSize)),
      advantages: numbers(() => stream.normal()),
    },
    settings: { epsilon: 0.2, beta: 0.04 },
  };
}

/** Operations of products of one gradient pass: 2 for each weight and position, and products with adapters. */
export function gigaflopsOf(config: PolicyConfig, positions: number): { needed: number; done: number } {
  const linear = weightNames(config).filter(({ kind, name }) => kind === 'linear' && name !== 'head');
  const of = (names: typeof linear): number =>
    names.reduce((sum, { shape: [inDim, outDim = 1] }) => sum + 2 * positions * inDim * outDim, 0);
  const low = linear.reduce((sum, { shape: [inDim, outDim = 1] }) => sum + 2 * positions * RANK * (inDim + outDim), 0);
  const head = 2 * positions * config.dim * config.vocabSize;
  // Forward, and backward to the states; an adapter also has products for its own matrices. The head: logits of the
  // policy and of its base, and one product for the derivative.
  const needed = 2 * of(linear) + 3 * low + 3 * head;
  const again = of(linear.filter(({ name }) => !name.endsWith('.down'))) + low;
  return { needed: needed / 1e9, done: (needed + again) / 1e9 };
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** 1e9 operations a second of a product [positions, dim] [dim, hiddenDim] in single precision, the best of some runs. */
async function productRate(runtime: Runtime, { dim, hiddenDim }: PolicyConfig, positions: number): Promise<number> {
  const graph = compile('product', { c: matmul(input('a', [positions, dim]), input('b', [dim, hiddenDim])) });
  const program = await runtime.compile(graph.bytes, graph);
  const feed = (rows: number, columns: number) => floats(new Float32Array(rows * columns).fill(0.5), rows, columns);
  const feeds = { a: feed(positions, dim), b: feed(dim, hiddenDim) };
  let best = Infinity;
  for (let i = 0; i < 30; i++)
    best = Math.min(best, await secondsOf(async () => (await program.run(feeds)).c?.dispose()));
  await program.dispose();
  return (2 * positions * dim * hiddenDim) / best / 1e9;
}

/** One score and gradient of 4 rows of 64 tokens, after one that warms up. */
export async function measureModel(model: ModelId, backend: 'node' | 'wasm'): Promise<ModelMeasurement> {
  const config = modelShapes[model];
  const spec = specOf();
  const positions = ROWS * columnsOf(spec);
  const runtime = await createRuntime(backend);
  const rates = [await productRate(runtime, config, positions)];
  const openStart = performance.now();
  const learner = await createLayerLearner(runtime, spec, 1, randomModel(config, 1));
  const open = (performance.now() - openStart) / 1000;
  const batch = batchOf(spec, config);
  const times = { score: Infinity, gradient: Infinity };
  for (let i = 0; i < 2; i++) {
    times.score = Math.min(times.score, await secondsOf(() => learner.score(batch)));
    times.gradient = Math.min(times.gradient, await secondsOf(() => learner.gradient(batch)));
  }
  rates.push(await productRate(runtime, config, positions));
  await learner.update({ learningRate: 1e-5, maxGradNorm: 1 });
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  await learner.dispose();
  const rate = Math.max(...rates);
  const flops = gigaflopsOf(config, positions);
  const inProducts = (gigaflops: number): number => (times.gradient * rate) / gigaflops;
  return {
    model,
    backend,
    positions,
    seconds: { open, ...times },
    peakBytes,
    gigaflops: { ...flops, rate },
    ratio: { needed: inProducts(flops.needed), done: inProducts(flops.done) },
  };
}
