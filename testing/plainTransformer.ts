/**
 * @file The decoder as plain loops in float64, from the papers and without the graph language: RMSNorm (arXiv
 * 1910.07467), rotary positions (2104.09864), grouped queries (2305.13245), SwiGLU (2002.05202), and the variants of
 * Qwen 2 and 3, Llama 3.2 and Gemma 3 after the models of huggingface/transformers.
 */
import type { PolicyConfig } from '../src/policy/config.ts';

type Vector = readonly number[];
/** Numbers of a weight by name, in row-major order; linear weights are [in, out]. */
export type PlainWeights = (name: string) => ArrayLike<number>;

const dot = (a: Vector, b: Vector): number => a.reduce((total, x, i) => total + x * (b[i] as number), 0);
const plus = (a: Vector, b: Vector): number[] => a.map((x, i) => x + (b[i] as number));

function apply(x: Vector, weight: ArrayLike<number>): number[] {
  const width = weight.length / x.length;
  return Array.from({ length: width }, (_, j) =>
    x.reduce((total, v, i) => total + v * (weight[i * width + j] as number), 0),
  );
}

function rmsNorm(x: Vector, gain: ArrayLike<number>, eps: number): number[] {
  const rms = Math.sqrt(dot(x, x) / x.length + eps);
  return x.map((v, i) => (v / rms) * (gain[i] as number));
}

/** `_compute_llama3_parameters` of transformers' modeling_rope_utils.py. */
function stretched(frequency: number, scaling: NonNullable<PolicyConfig['ropeScaling']>): number {
  const { factor, lowFrequency, highFrequency, originalSequence } = scaling;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength < originalSequence / highFrequency) return frequency;
  if (wavelength > originalSequence / lowFrequency) return frequency / factor;
  const smooth = (originalSequence / wavelength - lowFrequency) / (highFrequency - lowFrequency);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** Rotates pair i of a head by position * theta^(-2i / size), of a layer that sees everything or a window. */
function rotated(head: Vector, position: number, config: PolicyConfig, near: boolean): number[] {
  const { ropeTheta, ropeInterleaved, ropeScaling, localAttention } = config;
  const size = head.length;
  const result = [...head];
  for (let i = 0; i < size / 2; i++) {
    const theta = near && localAttention ? localAttention.ropeTheta : ropeTheta;
    const frequency = Math.pow(theta, (-2 * i) / size);
    const angle = position * (ropeScaling && !near ? stretched(frequency, ropeScaling) : frequency);
    const first = ropeInterleaved ? 2 * i : i;
    const second = ropeInterleaved ? 2 * i + 1 : i + size / 2;
    const [a, b] = [head[first] as number, head[second] as number];
    result[first] = a * Math.cos(angle) - b * Math.sin(angle);
    result[second] = a * Math.sin(angle) + b * Math.cos(angle);
  }
  return result;
}

/** Scores are divided by the root of `scoreScalar`, by default the head size. */
type PlainConfig = PolicyConfig & { readonly scoreScalar?: number };

function softmax(scores: Vector): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((s) => Math.exp(s - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

function splitHeads(x: Vector, size: number): number[][] {
  return Array.from({ length: x.length / size }, (_, h) => x.slice(h * size, (h + 1) * size));
}

function attention(config: PlainConfig, weight: PlainWeights, layer: number, inputs: readonly Vector[]): number[][] {
  const size = config.headDim ?? config.dim / config.heads;
  const near = config.localAttention?.layers.includes(layer) ?? false;
  const window = near ? (config.localAttention?.window ?? Infinity) : Infinity;
  const name = (part: string) => `layers.${layer}.${part}`;
  const heads = (x: Vector, part: 'q' | 'k' | 'v') => {
    const product = apply(x, weight(name(part)));
    return splitHeads(config.qkvBias ? plus(product, Array.from(weight(name(`${part}_bias`)))) : product, size);
  };
  const turn = (x: Vector, part: 'q' | 'k', position: number) =>
    heads(x, part).map((head) => {
      const ready = config.qkNorm ? rmsNorm(head, weight(name(`${part}_norm`)), config.normEps) : head;
      return rotated(ready, position, config, near);
    });
  const keys = inputs.map((x, t) => turn(x, 'k', t));
  const values = inputs.map((x) => heads(x, 'v'));
  return inputs.map((x, t) => {
    const start = Math.max(0, t + 1 - window);
    const mixed = turn(x, 'q', t).flatMap((q, h) => {
      const group = Math.floor((h * config.kvHeads) / config.heads);
      const shares = softmax(
        keys.slice(start, t + 1).map((k) => dot(q, k[group] as number[]) / Math.sqrt(config.scoreScalar ?? size)),
      );
      return Array.from({ length: size }, (_, e) =>
        shares.reduce((total, share, s) => total + share * (values[start + s]?.[group]?.[e] as number), 0),
      );
    });
    return apply(mixed, weight(name('o')));
  });
}

function feedForward(config: PolicyConfig, weight: PlainWeights, layer: string, x: Vector): number[] {
  const activated = (v: number) =>
    config.activation === 'geluTanh'
      ? 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))
      : v / (1 + Math.exp(-v));
  const gate = apply(x, weight(`${layer}.gate`)).map(activated);
  const up = apply(x, weight(`${layer}.up`));
  return apply(
    gate.map((v, i) => v * (up[i] as number)),
    weight(`${layer}.down`),
  );
}

/** Logits of the next token at every position of one sequence. */
export function plainLogits(config: PlainConfig, weight: PlainWeights, tokenIds: readonly number[]): number[][] {
  const embedding = weight('embedding');
  const row = (id: number): number[] =>
    Array.from({ length: config.dim }, (_, i) => embedding[id * config.dim + i] as number);
  const norm = (name: string, x: Vector) => rmsNorm(x, weight(name), config.normEps);
  const after = (name: string, x: Vector): Vector => (config.postNorms ? norm(name, x) : x);
  let stream = tokenIds.map((id) => row(id).map((x) => x * (config.embeddingScale ?? 1)));
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    const inputs = stream.map((x) => norm(`${layer}.attention_norm`, x));
    const attended = attention(config, weight, i, inputs);
    stream = stream.map((x, t) => plus(x, after(`${layer}.attention_post_norm`, attended[t] as number[])));
    stream = stream.map((x) => {
      const fed = feedForward(config, weight, layer, norm(`${layer}.mlp_norm`, x));
      return plus(x, after(`${layer}.mlp_post_norm`, fed));
    });
  }
  return stream.map((x) => {
    const final = rmsNorm(x, weight('norm'), config.normEps);
    return config.tiedHead
      ? Array.from({ length: config.vocabSize }, (_, id) => dot(final, row(id)))
      : apply(final, weight('head'));
  });
}

/** log softmax(logits / temperature). */
export function plainLogDistribution(logits: Vector, temperature: number): number[] {
  const scaled = logits.map((z) => z / temperature);
  const top = Math.max(...scaled);
  const total = top + Math.log(scaled.reduce((sum, z) => sum + Math.exp(z - top), 0));
  return scaled.map((z) => z - total);
}
