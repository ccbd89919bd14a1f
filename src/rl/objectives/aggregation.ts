/**
 * @file Aggregation of token losses into one number, as weights over tokens, so that the sum does not depend on the
 * split into micro-batches.
 */
import type { Algorithm } from './algorithm.ts';
import type { CompletionShape } from '../words/completionShape.ts';

/**
 * One weight per completion [B], applied to each of its tokens; padding rows (length 0) get 0. `maxCompletionLength` is
 * in tokens.
 */
export type Aggregation = (completions: readonly CompletionShape[], maxCompletionLength: number) => Float32Array;

/** The divisor of a mean over completions: those with tokens, and masked ones with `counted`. */
const sequences = (completions: readonly CompletionShape[]): number =>
  completions.filter(({ length, counted }) => length > 0 || counted).length;

/** `weight(length)` for each completion with tokens, else 0. */
const eachRow = (completions: readonly CompletionShape[], weight: (length: number) => number): Float32Array =>
  Float32Array.from(completions, ({ length }) => (length > 0 ? weight(length) : 0));

/** Mean over all completion tokens: 1 / tokens (DAPO, arXiv 2503.14476). */
export const tokenMean: Aggregation = (completions) => {
  const total = completions.reduce((sum, { length }) => sum + length, 0);
  return eachRow(completions, () => 1 / total);
};

/** Mean over sequences of the mean over their tokens: 1 / (sequences * length) (GRPO, arXiv 2402.03300). */
export const sequenceMeanTokenMean: Aggregation = (completions) => {
  const count = sequences(completions);
  return eachRow(completions, (length) => 1 / (count * length));
};

/**
 * Mean over sequences of the sum over their tokens: 1 / sequences, the gradient of the log-probability of whole
 * completions.
 */
export const sequenceMeanTokenSum: Aggregation = (completions) => {
  const count = sequences(completions);
  return eachRow(completions, () => 1 / count);
};

/**
 * Divides by a constant instead of the lengths, so that no length is favoured: 1 / (sequences * maxCompletionLength)
 * (Dr. GRPO, arXiv 2503.20783).
 */
export const constantNorm: Aggregation = (completions, maxCompletionLength) => {
  const count = sequences(completions);
  return eachRow(completions, () => 1 / (count * maxCompletionLength));
};

/**
 * Aggregations by TRL's `loss_type`. TRL's `bnpo` averages over the tokens of the local batch, its `dapo` over those of
 * the accumulated batch. Weights here always cover the accumulated batch, so both are the same.
 */
export const aggregations = {
  grpo: sequenceMeanTokenMean,
  bnpo: tokenMean,
  dr_grpo: constantNorm,
  dapo: tokenMean,
} satisfies Record<string, Aggregation>;

export type AggregationId = keyof typeof aggregations;
export const aggregationIds = Object.keys(aggregations) as AggregationId[];

/** Fields of an algorithm that change which completions count. */
type Weighed = Pick<Algorithm, 'chosenOnly' | 'countsMasked'>;

/**
 * The completions to weigh. `isChosen`: the row's advantage is not 0. With `chosenOnly` the other rows get length 0 and
 * leave every mean (RAFT, arXiv 2304.06767).
 */
export const weighedShapes = (
  { chosenOnly, countsMasked }: Weighed,
  completions: readonly CompletionShape[],
  isChosen: (row: number) => boolean,
): CompletionShape[] =>
  completions.map((shape, row) => {
    if (chosenOnly && !isChosen(row)) return { ...shape, length: 0 };
    return countsMasked && shape.length === 0 ? { ...shape, counted: true } : shape;
  });
