/**
 * @file Drawing the next token inside the graph from a fed uniform number, so that nothing is read back to choose it.
 */
import {
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
  const cumulative = cumSum(exp(logDistribution));
  const total = slice(cumulative, 1, vocabSize - 1, vocabSize); // [B, 1]
  const below = cast(lessOrEqual(cumulative, mul(reshape(uniform, [batch, 1]), total)), 'float');
  const index = min(reduceSum(below, { axes: -1 }), vocabSize - 1);
  const tokenId = cast(index, 'int');
  return { tokenId, logProb: reduceSum(mul(logDistribution, oneHot(tokenId, vocabSize)), { axes: -1 }) };
}
