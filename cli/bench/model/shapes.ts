/** @file Shapes of language models from the hub, and random weights in them. */
import { sizeOf } from '../../../src/engine/graph/index.ts';
import { hashString } from '../../../src/lib/random.ts';
import { type PolicyConfig, weightNames } from '../../../src/policy/config.ts';
import { BLOCK_SIZE, type Bits, packedShape, type Weight } from '../../../src/policy/quantize.ts';
import type { DecoderWeights } from '../../../src/rl/learner/feeds.ts';

const llama = { maxSequence: 2048, ropeInterleaved: false, normEps: 1e-5, tiedHead: true };

/** Models by name, with the sizes in the `config.json` of the repositories named here. */
export const modelShapes = {
  /** HuggingFaceTB/SmolLM2-135M */
  'smollm2-135m': {
    ...llama,
    vocabSize: 49152,
    dim: 576,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    hiddenDim: 1536,
    ropeTheta: 1e5,
  },
  /** HuggingFaceTB/SmolLM2-360M */
  'smollm2-360m': {
    ...llama,
    vocabSize: 49152,
    dim: 960,
    layers: 32,
    heads: 15,
    kvHeads: 5,
    hiddenDim: 2560,
    ropeTheta: 1e5,
  },
  /** Qwen/Qwen2.5-0.5B without the biases of its queries, keys and values */
  'qwen2.5-0.5b': {
    ...llama,
    vocabSize: 151936,
    dim: 896,
    layers: 24,
    heads: 14,
    kvHeads: 2,
    hiddenDim: 4864,
    ropeTheta: 1e6,
  },
} satisfies Record<string, PolicyConfig>;

export type ModelId = keyof typeof modelShapes;
export const modelIds = Object.keys(modelShapes) as [ModelId, ...ModelId[]];

/** Numbers of 32 bits from a seed (Marsaglia, "Xorshift RNGs", 2003). */
function words(count: number, seed: number): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(count);
  let x = seed | 1;
  for (let i = 0; i < count; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    result[i] = x;
  }
  return result;
}

/** A linear weight of deviation 1 / sqrt(in) in blocks; half of the scales are negative, so that its mean is 0. */
function randomBlocks(shape: readonly [number, number], bits: Bits, seed: number): Weight {
  const [blocks, bytes] = [(shape[0] * shape[1]) / BLOCK_SIZE, packedShape(shape, bits)[2]];
  const packed = new Uint8Array(words((blocks * bytes) / 4, seed).buffer);
  // Codes are drawn evenly.
  const codeDeviation = Math.sqrt((4 ** bits - 1) / 12);
  const scale = 1 / (codeDeviation * Math.sqrt(shape[0]));
  const scales = Float32Array.from({ length: blocks }, (_, i) => ((packed[i * bytes] as number) & 1 ? scale : -scale));
  return { kind: 'quantized', bits, shape, packed, scales };
}

/** Random weights of a model from a seed: linear ones in 4-bit blocks, the embedding in 8-bit blocks, norms of 1, biases of 0. */
export function randomModel(config: PolicyConfig, seed: number): DecoderWeights {
  const weights = weightNames(config).map(({ name, kind, shape }): [string, Weight] => {
    if (kind === 'norm' || kind === 'bias')
      return [name, { kind: 'dense', shape, data: new Float32Array(sizeOf(shape)).fill(kind === 'norm' ? 1 : 0) }];
    // Rows of the embedding are those of the head, which multiplies by its transpose.
    const [first, second] = shape as readonly [number, number];
    const stored = kind === 'embedding' ? ([second, first] as const) : ([first, second] as const);
    return [name, randomBlocks(stored, kind === 'embedding' ? 8 : 4, hashString(`${seed} ${name}`))];
  });
  return { config, special: { padId: 0, endIds: [1, 2] }, weights: new Map(weights) };
}
