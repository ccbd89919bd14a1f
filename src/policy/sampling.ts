/**
 * @file Drawing the next token inside the graph from a fed uniform number, so that nothing is read back to choose it.
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

/** Stands for temperature 0: the most likely token is exp(0), all others are exp(-huge). */
export const GREEDY_TEMPERATURE = 1e-9;

/** The temperature that the graph is fed: 0 means greedy. */
export const fedTemperature = (temperature: number): number => Math.max(temperature, GREEDY_TEMPERATURE);

export interface Drawn {
  /** int [B]. */
  readonly tokenId: Value;
  /** log p of the drawn token in the tempered distribution, [B]. */
  readonly logProb: Value;
}

/** Largest vocabulary whose probabilities are added up in one run: WebGPU's CumSum takes O(V^2) additions a row. */
export const ONE_LEVEL = 1024;

/** int [B]: how many entries of the running sums [B, n] are not above `target` [B, 1], at most n - 1. */
function countBelow(sums: Value, target: Value): Value {
  const below = cast(lessOrEqual(sums, target), 'float');
  return cast(min(reduceSum(below, { axes: -1 }), (sums.shape[1] as number) - 1), 'int');
}

/** The last of the running sums [B, n], as [B, 1]. */
function totalOf(sums: Value): Value {
  const count = sums.shape[1] as number;
  return slice(sums, 1, count - 1, count);
}

/** The token whose interval of the running sum of `probabilities` [B, V] holds share `uniform` [B, 1] of its total. */
function invertOneLevel(probabilities: Value, uniform: Value): Value {
  const sums = cumSum(probabilities);
  return countBelow(sums, mul(uniform, totalOf(sums)));
}

/**
 * The same in O(V) additions: blocks of about sqrt(V) tokens are added up, one block is chosen by the running sum over
 * blocks, and one of its tokens by the running sum within it. The share that is left for the block is taken of the
 * block's own total, since the two sums round differently.
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

/**
 * Draws one token for each row of logits [B, V] by inverting the cumulative distribution at `uniform` [B] in [0, 1).
 * The uniform is scaled by the last cumulative value, which in float32 is not exactly 1, and a token of zero
 * probability is never drawn: the index is the number of cumulative values that are not above the scaled uniform.
 */
export function drawToken(logits: Value, uniform: Value, temperature: Value): Drawn {
  const [batch, vocabSize] = logits.shape as [number, number];
  // Shifted first: at very low temperatures the division would otherwise round differences away.
  const shifted = div(sub(logits, reduceMax(logits, { axes: -1, keepDims: true })), temperature);
  const logDistribution = logSoftmax(max(shifted, -1e30));
  const invert = vocabSize > ONE_LEVEL ? invertTwoLevels : invertOneLevel;
  const tokenId = invert(exp(logDistribution), reshape(uniform, [batch, 1]));
  return { tokenId, logProb: reduceSum(mul(logDistribution, oneHot(tokenId, vocabSize)), { axes: -1 }) };
}
