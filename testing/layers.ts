/** @file A tiny decoder for programs of layers, the same for the whole graph, and a batch for both. */
import { present } from '../src/lib/assert.ts';
import { random } from '../src/lib/random.ts';
import type { PolicyConfig } from '../src/policy/config.ts';
import { loraTargets } from '../src/policy/loraConfig.ts';
import { dequantizeLinear, quantizeLinear, type Weight } from '../src/policy/quantize.ts';
import type { AlgorithmChoice } from '../src/rl/algorithm/compose.ts';
import type { DecoderWeights } from '../src/rl/learner/feeds.ts';
import { columnsOf, type LearnerSpec } from '../src/rl/learner/learner.ts';
import type { GradientBatch } from '../src/rl/trajectory/tokens.ts';
import { blockWeights, randomTokens, randomWeights, tinyBlocks, tinyVariants } from './tinyPolicy.ts';

/** Grouped queries, three layers, and a vocabulary that no number of parts divides. */
export const layersConfig: PolicyConfig = { ...tinyBlocks, vocabSize: 151, layers: 3, heads: 4, kvHeads: 2 };
export const tiedConfig: PolicyConfig = { ...layersConfig, tiedHead: true };
/** All fields by which later architectures differ, at once. */
export const variantConfig: PolicyConfig = {
  ...layersConfig,
  ...Object.assign({}, ...Object.values(tinyVariants)),
  headDim: 16,
  tiedHead: false,
};
export const CHUNK = 64;
const rows = 5;
export const lora = { rank: 2, alpha: 4, targets: [...loraTargets] };

export const specOf = (algorithm: AlgorithmChoice): LearnerSpec => ({
  checkpoint: new Uint8Array(),
  slots: { policy: { set: { kind: 'lora', lora }, algorithm } },
  shardSize: rows,
  microBatch: { rows: 3, states: 20 },
  promptLength: 3,
  completionLength: 5,
});

/** A decoder in the form for layers, and the same for the whole graph. */
export interface Pair {
  readonly layers: DecoderWeights;
  readonly whole: DecoderWeights;
}

const fileOf = (of: PolicyConfig, weights: ReadonlyMap<string, Weight>): DecoderWeights => ({
  config: of,
  special: { padId: 0, endIds: [1] },
  weights,
});

export const same = (of: PolicyConfig, weights: ReadonlyMap<string, Weight>): Pair => ({
  layers: fileOf(of, weights),
  whole: fileOf(of, weights),
});

/** Dense weights with logits of a usual size. */
export function denseTied(): Map<string, Weight> {
  const weights = new Map<string, Weight>(randomWeights(tiedConfig, 1));
  const { shape, data } = present(randomWeights(tiedConfig, 1).get('embedding'), 'embedding');
  return weights.set('embedding', { kind: 'dense', shape, data: data.map((x) => 0.2 * x) });
}

/** A tied embedding [V, d] in blocks of 8 bits along d, among weights of 4, and the same dense. */
export function tiedBlocks(): Pair {
  const { dim, vocabSize } = tiedConfig;
  const weights: Map<string, Weight> = blockWeights(tiedConfig, 1, 4);
  const turned = Float32Array.from({ length: dim * vocabSize }, (_, i) => Math.sin(3 * i) / 3);
  const blocks = quantizeLinear(turned, [dim, vocabSize], 8);
  const dense = dequantizeLinear(blocks);
  const data = Float32Array.from(dense, (_, i) => dense[(i % dim) * vocabSize + Math.floor(i / dim)] as number);
  return {
    layers: fileOf(tiedConfig, new Map(weights).set('embedding', blocks)),
    whole: fileOf(tiedConfig, new Map(weights).set('embedding', { kind: 'dense', shape: [vocabSize, dim], data })),
  };
}

export function batchOf(spec: LearnerSpec): GradientBatch {
  const columns = columnsOf(spec);
  const stream = random(3, 'layers');
  const numbers = (draw: () => number) => Float32Array.from({ length: rows * columns }, draw);
  const mask = numbers(() => 1).map((_, i) => (i % columns >= spec.promptLength - 1 ? 1 : 0));
  return {
    rows,
    tokenIds: Int32Array.from(randomTokens(layersConfig, 5, rows, columns + 1)),
    temperature: 0.7,
    arrays: {
      mask,
      weights: numbers(() => 0.05 + 0.1 * stream.uniform()).map((w, i) => w * (mask[i] as number)),
      entropyWeights: mask.map((m) => m / 25),
      oldLogProbs: numbers(() => -5 + 0.2 * stream.normal()),
      advantages: numbers(() => stream.normal()),
    },
    settings: { epsilon: 0.2, beta: 0.3, entropy_coef: 0.5 },
  };
}
