/**
 * @file Drawing the next token from a uniform number: inside the graph, without a read-back, or on the host, where many
 * rows share one distribution.
 */
import {
  add,
  cast,
  cumSum,
  div,
  exp,
  lessOrEqual,
  logSoftmax,
  max,
  min,
  mul,
  oneHot,
  pad,
  reduceMax,
  reduceSum,
  reshape,
  slice,
  sub,
  type Value,
} from '../engine/graph/index.ts';

/** Used for temperature 0: the most likely token has weight exp(0), all others exp(-huge). */
const GREEDY_TEMPERATURE = 1e-9;

/** Input of the graph for a temperature, of which 0 is greedy. */
export const fedTemperature = (temperature: number): number => Math.max(temperature, GREEDY_TEMPERATURE);

export interface Drawn {
  /** int [B]. */
  readonly tokenId: Value;
  /** log p of the drawn token in the tempered distribution, [B]. */
  readonly logProb: Value;
}

/** Largest vocabulary with a single running sum, since WebGPU's CumSum takes O(V^2) additions per row. */
export const ONE_LEVEL = 1024;

/** int [B]: number of entries of the running sums [B, n] that are not above `target` [B, 1], at most n - 1. */
function countBelow(sums: Value, target: Value): Value {
  const below = cast(lessOrEqual(sums, target), 'float');
  return cast(min(reduceSum(below, { axes: -1 }), (sums.shape[1] as number) - 1), 'int');
}

/** The last of the running sums [B, n], as [B, 1]. */
function totalOf(sums: Value): Value {
  const count = sums.shape[1] as number;
  return slice(sums, 1, count - 1, count);
}

/**
 * int [B]: the token whose interval of the running sum of `probabilities` [B, V] contains share `uniform` [B, 1] of the
 * total.
 */
function invertOneLevel(probabilities: Value, uniform: Value): Value {
  const sums = cumSum(probabilities);
  return countBelow(sums, mul(uniform, totalOf(sums)));
}

/**
 * As `invertOneLevel` in O(V) additions: tokens form blocks of about sqrt(V), a running sum over blocks chooses a
 * block, and one within it a token. The remaining share is relative to the block's own total, since the two sums round
 * differently.
 */
function invertTwoLevels(probabilities: Value, uniform: Value): Value {
  const [batch, vocabSize] = probabilities.shape as [number, number];
  const size = Math.ceil(Math.sqrt(vocabSize));
  const count = Math.ceil(vocabSize / size);
  const blocks = reshape(pad(probabilities, 1, 0, count * size - vocabSize), [batch, count, size]);
  const sums = cumSum(reduceSum(blocks, { axes: -1 })); // [B, count]
  const target = mul(uniform, totalOf(sums));
  const block = countBelow(sums, target);
  const chosen = oneHot(block, count); // [B, count]
  const before = reduceMax(mul(sums, cast(lessOrEqual(sums, target), 'float')), { axes: -1, keepDims: true });
  const width = sub(reduceSum(mul(sums, chosen), { axes: -1, keepDims: true }), before);
  const within = reduceSum(mul(blocks, reshape(chosen, [batch, count, 1])), { axes: 1 }); // [B, size]
  const token = invertOneLevel(within, div(sub(target, before), max(width, 1e-30)));
  return add(mul(block, size), token);
}

/** log softmax(logits / temperature), [B, V], of logits [B, V]. */
export function temperedLogProbs(logits: Value, temperature: Value): Value {
  // Shifted before the division, which at very low temperatures would round differences away.
  const shifted = div(sub(logits, reduceMax(logits, { axes: -1, keepDims: true })), temperature);
  return logSoftmax(max(shifted, -1e30));
}

/** Draws as `drawToken` from one distribution, log-probabilities [V]: the token of a uniform number in [0, 1). */
export function drawFrom(logDistribution: Float32Array): (uniform: number) => number {
  const sums = new Float64Array(logDistribution.length);
  let total = 0;
  for (let i = 0; i < sums.length; i++) sums[i] = total += Math.exp(logDistribution[i] as number);
  return (uniform) => {
    let token = 0;
    while (token < sums.length - 1 && (sums[token] as number) <= uniform * total) token++;
    return token;
  };
}

/**
 * Draws one token per row of logits [B, V] by inverting the cumulative distribution at `uniform` [B] in [0, 1). The
 * uniform is scaled by the last cumulative value, which in float32 is not exactly 1. The index is the number of
 * cumulative values that are not above it, so a token of probability 0 is never drawn.
 */
export function drawToken(logits: Value, uniform: Value, temperature: Value): Drawn {
  const [batch, vocabSize] = logits.shape as [number, number];
  const logDistribution = temperedLogProbs(logits, temperature);
  const invert = vocabSize > ONE_LEVEL ? invertTwoLevels : invertOneLevel;
  const tokenId = invert(exp(logDistribution), reshape(uniform, [batch, 1]));
  return { tokenId, logProb: reduceSum(mul(logDistribution, oneHot(tokenId, vocabSize)), { axes: -1 }) };
}
