/** @file Time and memory of one micro-batch of a large model, against the rate of a plain matrix product. */
import { createRuntime, type Runtime } from '../../../src/engine/runtime/index.ts';
import { random } from '../../../src/lib/random.ts';
import { type PolicyConfig, weightNames } from '../../../src/policy/config.ts';
import { loraTargets } from '../../../src/policy/loraConfig.ts';
import { weightTensors } from '../../../src/policy/parameters.ts';
import { gradientFlops } from '../../../src/rl/forecast/flops.ts';
import { bytesOf, peakOf } from '../../../src/rl/forecast/memory.ts';
import { productRate } from '../../../src/rl/forecast/probe.ts';
import type { DecoderWeights } from '../../../src/rl/learner/feeds.ts';
import { createLayerLearner } from '../../../src/rl/learner/layers/layerLearner.ts';
import { columnsOf, type LearnerSpec } from '../../../src/rl/learner/learner.ts';
import type { GradientBatch } from '../../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../../src/rl/words/slots.ts';
import { processorMilliseconds } from '../clock.ts';
import { randomModel } from './shapes.ts';

const [ROWS, LENGTH, PROMPT] = [4, 65, 1];
const RANK = 8;

export interface ModelMeasurement {
  /** Positions of the micro-batch, all with a prefix of their own. */
  readonly positions: number;
  readonly weights: number;
  /** Of the processor, since other processes do not lengthen them; `wall` of the gradient by the clock. */
  readonly seconds: { readonly score: number; readonly gradient: number; readonly wall: number };
  /** Of the process since its start. */
  readonly peakBytes: number;
  /** The same before it is measured, by `rl/forecast`. */
  readonly forecastBytes: number;
  /**
   * 1e9 operations of products: those that a gradient needs, those done with every layer computed again, and those of a
   * second in a plain product of this run.
   */
  readonly gigaflops: { readonly needed: number; readonly done: number; readonly rate: number };
  /** Seconds of the gradient over those of `needed`, and of `done`, at the rate of the plain product. */
  readonly ratio: { readonly needed: number; readonly done: number };
}

const specOf = (): LearnerSpec => ({
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
function batchOf(spec: LearnerSpec, { vocabSize }: PolicyConfig): GradientBatch {
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

/** Processor and clock seconds. */
async function timed(work: () => Promise<unknown>): Promise<{ processor: number; wall: number }> {
  const [start, wall] = [processorMilliseconds(), performance.now()];
  await work();
  return { processor: (processorMilliseconds() - start) / 1000, wall: (performance.now() - wall) / 1000 };
}

/** The forecast of the memory that `measureModel` takes: nothing is sampled, and there is no file. */
function forecastBytes(config: PolicyConfig, { weights }: DecoderWeights, backend: 'node' | 'wasm'): number {
  const kept = [...weights].flatMap(([name, weight]) =>
    Object.values(weightTensors(name, weight)).map(({ data }) => data.byteLength),
  );
  const run = {
    promptsPerStep: ROWS,
    rows: ROWS,
    rowsAtOnce: ROWS,
    numIterations: 1,
    promptLength: PROMPT,
    completionLength: LENGTH - PROMPT,
    rank: RANK,
  };
  const bytes = bytesOf({ config, kept, isPacked: true, backend, run, rows: 0 });
  return peakOf({ ...bytes, file: 0 });
}

/** A learner of a model with random weights, and a batch of 4 rows of 64 tokens; the runtime belongs to the learner. */
export async function openModel(runtime: Runtime, config: PolicyConfig) {
  const spec = specOf();
  const model = randomModel(config, 1);
  return { model, learner: await createLayerLearner(runtime, spec, 1, model), batch: batchOf(spec, config) };
}

/** The fastest of three scores and gradients of 4 rows of 64 tokens, after one of each that warms up, and an update. */
export async function measureModel(config: PolicyConfig, backend: 'node' | 'wasm'): Promise<ModelMeasurement> {
  const runtime = await createRuntime(backend, { returnsMemory: true });
  const positions = ROWS * (LENGTH - 1);
  const rate = () => productRate(runtime, [positions, config.dim, config.hiddenDim], { now: processorMilliseconds });
  const rates = [await rate()];
  const { model, learner, batch } = await openModel(runtime, config);
  const round = async () => ({
    score: await timed(() => learner.score(batch)),
    gradient: await timed(() => learner.gradient(batch)),
  });
  await round();
  const rounds = [await round(), await round(), await round()];
  const fastest = (part: 'score' | 'gradient') =>
    rounds.map((times) => times[part]).reduce((a, b) => (a.processor < b.processor ? a : b));
  const [score, gradient] = [fastest('score'), fastest('gradient')];
  await learner.update({ learningRate: 1e-5, maxGradNorm: 1 });
  rates.push(await rate());
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  await learner.dispose();
  const flops = gradientFlops(config, positions, RANK);
  const gigaflops = { needed: flops.needed / 1e9, done: flops.done / 1e9, rate: Math.max(...rates) / 1e9 };
  return {
    positions,
    weights: weightNames(config).reduce((sum, { shape: [rows, columns = 1] }) => sum + rows * columns, 0),
    seconds: { score: score.processor, gradient: gradient.processor, wall: gradient.wall },
    peakBytes,
    forecastBytes: forecastBytes(config, model, backend),
    gigaflops,
    ratio: {
      needed: (gradient.processor * gigaflops.rate) / gigaflops.needed,
      done: (gradient.processor * gigaflops.rate) / gigaflops.done,
    },
  };
}

/** A measurement as text. */
export const modelText = (name: string, { seconds, gigaflops, ratio, ...of }: ModelMeasurement): string =>
  [
    `${name}: ${(of.weights / 1e6).toFixed(1)} M random weights in 4 bits, the embedding in 8, ${of.positions} positions`,
    `  score      ${seconds.score.toFixed(2)} s of the processor`,
    `  gradient   ${seconds.gradient.toFixed(2)} s of the processor, ${seconds.wall.toFixed(2)} s by the clock`,
    `  products   ${gigaflops.needed.toFixed(0)} GFLOP needed, ${gigaflops.done.toFixed(0)} done; a plain product ${gigaflops.rate.toFixed(0)} GFLOP/s`,
    `  ratio      ${ratio.needed.toFixed(2)} of the time for those needed, ${ratio.done.toFixed(2)} for those done`,
    `  memory     ${(of.peakBytes / 1e6).toFixed(0)} MB of the process at most, ${(of.forecastBytes / 1e6).toFixed(0)} MB forecast`,
  ].join('\n');
