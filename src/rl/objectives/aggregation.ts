/**
 * @file How token losses become one number: as weights over tokens, so that any split into micro-batches adds up to the
 * same.
 */
import type { Algorithm } from './algorithm.ts';
import type { CompletionShape } from '../words/completionShape.ts';

/** Weight of each token of a completion; padding rows (length 0) get 0. `maxCompletionLength` is in tokens. */
export type Aggregation = (completions: readonly CompletionShape[], maxCompletionLength: number) => Float32Array;

/** Completions in a mean over completions: those with tokens, and masked ones that are to be counted. */
const sequences = (completions: readonly CompletionShape[]): number =>
  completions.filter(({ length, counted }) => length > 0 || counted).length;

/** The same number for each completion that has tokens. */
const eachRow = (completions: readonly CompletionShape[], weight: (length: number) => number): Float32Array =>
  Float32Array.from(completions, ({ length }) => (length > 0 ? weight(length) : 0));

/** Every token of the batch counts the same: 1 / (all completion tokens) (DAPO, arXiv 2503.14476). */
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
 * A constant in place of the lengths, so that none is favoured: 1 / (sequences * maxCompletionLength) (Dr. GRPO, arXiv
 * 2503.20783).
 */
export const constantNorm: Aggregation = (completions, maxCompletionLength) => {
  const count = sequences(completions);
  return eachRow(completions, () => 1 / (count * maxCompletionLength));
};

/**
 * TRL's `loss_type` by name. `bnpo` takes the mean over the tokens of the local batch and `dapo` over those of all that
 * is accumulated before an update; here weights are made for the accumulated batch, whatever the micro-batches, so both
 * are one.
 */
export const aggregations = {
  grpo: sequenceMeanTokenMean,
  bnpo: tokenMean,
  dr_grpo: constantNorm,
  dapo: tokenMean,
} satisfies Record<string, Aggregation>;

export type AggregationId = keyof typeof aggregations;
export const aggregationIds = Object.keys(aggregations) as AggregationId[];

/** What the weights of one update are made for. */
type Weighed = Pick<Algorithm, 'chosenOnly' | 'countsMasked'>;

/**
 * The completions as the weights see them. `isChosen` tells whether a row's advantage is not 0: imitation of chosen
 * completions leaves the others out of every mean (RAFT, arXiv 2304.06767).
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
