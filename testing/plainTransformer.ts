/**
 * @file The decoder as plain loops in float64, from the papers and without the graph language: RMSNorm (arXiv
 * 1910.07467), rotary positions (2104.09864), grouped queries (2305.13245), SwiGLU (2002.05202).
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

/** Rotates pair i of a head by position * theta^(-2i / size). */
function rotated(head: Vector, position: number, { ropeTheta, ropeInterleaved }: PolicyConfig): number[] {
  const size = head.length;
  const result = [...head];
  for (let i = 0; i < size / 2; i++) {
    const angle = position * Math.pow(ropeTheta, (-2 * i) / size);
    const first = ropeInterleaved ? 2 * i : i;
    const second = ropeInterleaved ? 2 * i + 1 : i + size / 2;
    const [a, b] = [head[first] as number, head[second] as number];
    result[first] = a * Math.cos(angle) - b * Math.sin(angle);
    result[second] = a * Math.sin(angle) + b * Math.cos(angle);
  }
  return result;
}

function softmax(scores: Vector): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((s) => Math.exp(s - top));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / total);
}

function splitHeads(x: Vector, size: number): number[][] {
  return Array.from({ length: x.length / size }, (_, h) => x.slice(h * size, (h + 1) * size));
}

function attention(config: PolicyConfig, weight: PlainWeights, layer: string, inputs: readonly Vector[]): number[][] {
  const size = config.dim / config.heads;
  const turn = (x: Vector, position: number) => splitHeads(x, size).map((head) => rotated(head, position, config));
  const keys = inputs.map((x, t) => turn(apply(x, weight(`${layer}.k`)), t));
  const values = inputs.map((x) => splitHeads(apply(x, weight(`${layer}.v`)), size));
  return inputs.map((x, t) => {
    const queries = turn(apply(x, weight(`${layer}.q`)), t);
    const mixed = queries.flatMap((q, h) => {
      const group = Math.floor((h * config.kvHeads) / config.heads);
      const shares = softmax(keys.slice(0, t + 1).map((k) => dot(q, k[group] as number[]) / Math.sqrt(size)));
      return Array.from({ length: size }, (_, e) =>
        shares.reduce((total, share, s) => total + share * (values[s]?.[group]?.[e] as number), 0),
      );
    });
    return apply(mixed, weight(`${layer}.o`));
  });
}

function feedForward(weight: PlainWeights, layer: string, x: Vector): number[] {
  const gate = apply(x, weight(`${layer}.gate`)).map((v) => v / (1 + Math.exp(-v)));
  const up = apply(x, weight(`${layer}.up`));
  return apply(
    gate.map((v, i) => v * (up[i] as number)),
    weight(`${layer}.down`),
  );
}

/** Logits of the next token at every position of one sequence. */
export function plainLogits(config: PolicyConfig, weight: PlainWeights, tokenIds: readonly number[]): number[][] {
  const embedding = weight('embedding');
  const row = (id: number): number[] =>
    Array.from({ length: config.dim }, (_, i) => embedding[id * config.dim + i] as number);
  let stream = tokenIds.map(row);
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    const normed = stream.map((x) => rmsNorm(x, weight(`${layer}.attention_norm`), config.normEps));
    const attended = attention(config, weight, layer, normed);
    stream = stream.map((x, t) => plus(x, attended[t] as number[]));
    stream = stream.map((x) =>
      plus(x, feedForward(weight, layer, rmsNorm(x, weight(`${layer}.mlp_norm`), config.normEps))),
    );
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
