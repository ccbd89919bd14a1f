/** @file Drawing tokens in few dispatches: the tokens of `drawToken`, as int64, with their probabilities. */
import {
  add,
  argMax,
  cast,
  constant,
  div,
  exp,
  gatherElements,
  matmul,
  min,
  mul,
  reshape,
  softmax,
  type Value,
} from '../engine/graph/index.ts';
import { drawToken } from './sampling.ts';

/** Largest vocabulary whose running sums are a product with a triangle of V^2 numbers in the model. */
const LARGEST_TRIANGLE = 256;

/** Lifts any distance between a running sum and a uniform above 1; a power of two, so nothing is rounded. */
const STEEP = 2 ** 100;

/** Input of the graph for a uniform in [0, 1). */
export const fedThreshold = (uniform: number): number => -STEEP * uniform;

/** `STEEP` on and above the diagonal [V, V]: x times it are the running sums of x. */
function triangle(size: number): Value {
  const data = new Float32Array(size * size);
  for (let row = 0; row < size; row++) data.fill(STEEP, row * size + row, (row + 1) * size);
  return constant(data, [size, size]);
}

export interface GpuDrawn {
  /** int64 [B, 1]. */
  readonly tokenId: Value;
  /** Of the drawn token in the tempered distribution, [B, 1]. */
  readonly probability: Value;
}

/**
 * Draws one token per row of logits [B, V]: the first whose running sum of probabilities exceeds the uniform;
 * `threshold` [B, 1] is `fedThreshold` of it. If rounding leaves all sums below the uniform, the first largest sum
 * belongs to the last token with a probability, so a token of probability 0 is never drawn.
 */
export function drawOnGpu(logits: Value, threshold: Value, temperature: Value): GpuDrawn {
  const vocabSize = logits.shape[1] as number;
  if (vocabSize > LARGEST_TRIANGLE) {
    const { tokenId, logProb } = drawToken(logits, reshape(mul(threshold, -1 / STEEP), [-1]), temperature);
    // Reshaped first: a reshape as the last node is a copy, which the replay of a recorded step leaves out.
    return { tokenId: cast(reshape(tokenId, [-1, 1]), 'int64'), probability: exp(reshape(logProb, [-1, 1])) };
  }
  const probabilities = softmax(div(logits, temperature));
  const excess = add(matmul(probabilities, triangle(vocabSize)), threshold);
  // Capped, all tokens above the uniform are equally large, and the first of them is taken.
  const tokenId = argMax(min(excess, 1));
  return { tokenId, probability: gatherElements(probabilities, tokenId) };
}
