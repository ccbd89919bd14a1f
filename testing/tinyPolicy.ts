/** @file Tiny policies with random weights. */
import { random } from '../src/lib/random.ts';
import { type PolicyConfig, weightNames } from '../src/policy/config.ts';
import { type Bits, type DenseWeight, quantizeLinear, type Weight } from '../src/policy/quantize.ts';

/** Grouped queries, an untied head, and all sizes distinct as far as possible. */
export const tinyConfig: PolicyConfig = {
  vocabSize: 11,
  dim: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 32,
  maxSequence: 16,
  ropeTheta: 100,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

/**
 * The same with linear inputs that fill blocks of 32. The head size is a power of 4: ONNX Runtime folds the scale of
 * the scores, 1 / sqrt(head size), into a float32 attribute even in a float64 model, and only then it is exact.
 */
export const tinyBlocks: PolicyConfig = { ...tinyConfig, dim: 32, heads: 2, kvHeads: 1, hiddenDim: 64 };

/** The fields by which each architecture differs from Llama's, in a policy of `tinyConfig`'s size. */
export const tinyVariants = {
  'a head size of its own': { headDim: 6 },
  'biases (qwen2)': { qkvBias: true },
  'normed heads (qwen3)': { qkNorm: true, headDim: 8 },
  'scaled rotation (llama 3.2)': {
    ropeScaling: { factor: 8, lowFrequency: 1, highFrequency: 4, originalSequence: 24 },
  },
  'windows (gemma 3)': {
    localAttention: { window: 3, ropeTheta: 10, layers: [0] },
    postNorms: true,
    qkNorm: true,
    activation: 'geluTanh',
    embeddingScale: 4,
    tiedHead: true,
  },
} as const satisfies Readonly<Record<string, Partial<PolicyConfig>>>;

/** Weights large enough that attention is far from uniform and norms far from 1. */
export function randomWeights(config: PolicyConfig, seed: number): Map<string, DenseWeight> {
  return new Map(
    weightNames(config).map(({ name, kind, shape }) => {
      const stream = random(seed, 'test weights', name);
      const draw =
        kind === 'norm'
          ? () => 0.5 + stream.uniform()
          : kind === 'embedding'
            ? () => stream.normal()
            : () => (1.5 * stream.normal()) / Math.sqrt(shape[0]);
      const count = (shape[0] as number) * (shape[1] ?? 1);
      return [name, { kind: 'dense', shape, data: Float32Array.from({ length: count }, draw) }];
    }),
  );
}

/** The same weights with all linear ones quantized in blocks. */
export function blockWeights(config: PolicyConfig, seed: number, bits: Bits): Map<string, Weight> {
  const linear = new Map(weightNames(config).flatMap((w) => (w.kind === 'linear' ? [[w.name, w.shape] as const] : [])));
  return new Map(
    [...randomWeights(config, seed)].map(([name, weight]) => {
      const shape = linear.get(name);
      return [name, shape ? quantizeLinear(weight.data, shape, bits, name) : weight];
    }),
  );
}

/** Token ids [rows, length] of a vocabulary. */
export function randomTokens(config: PolicyConfig, seed: number, rows: number, length: number): number[] {
  const stream = random(seed, 'test tokens');
  return Array.from({ length: rows * length }, () => stream.integer(0, config.vocabSize - 1));
}

/** An adapter with both factors away from zero. */
export function randomAdapter(size: number, seed: number, deviation = 0.2): Float32Array {
  const stream = random(seed, 'test adapter');
  return Float32Array.from({ length: size }, () => deviation * stream.normal());
}
