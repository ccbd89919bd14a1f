/** @file Losses over pairs of completions of one prompt: even rows are chosen, odd rows rejected. */
import { div, expand, max, mul, reduceSum, reshape, slice, sub, type Value } from '../../engine/graph/index.ts';
import { assert } from '../../lib/assert.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Terms } from './terms.ts';

/** One number for each pair, [P, 1] each; P = B / 2. */
export interface Pair {
  readonly chosen: Value;
  readonly rejected: Value;
}

/** [B, T] summed over each completion's tokens, by side. UsageError for an odd number of rows. */
export function pairSums(perToken: Value, { mask }: Pick<Terms, 'mask'>): Pair {
  const rows = perToken.shape[0] as number;
  assert(rows % 2 === 0, `rows: pairs need an even number of completions, not ${rows}`);
  const sums = reshape(reduceSum(mul(perToken, mask), { axes: 1 }), [rows / 2, 2]);
  return { chosen: slice(sums, 1, 0, 1), rejected: slice(sums, 1, 1, 2) };
}

/** The mean over each completion's tokens; 0 for a completion without tokens. */
export function pairMeans(perToken: Value, terms: Pick<Terms, 'mask'>): Pair {
  const sums = pairSums(perToken, terms);
  const lengths = pairSums(terms.mask, terms);
  const mean = (side: keyof Pair): Value => div(sums[side], max(lengths[side], 1));
  return { chosen: mean('chosen'), rejected: mean('rejected') };
}

/** log pi - log pi_ref of whole completions. */
export const pairLogRatios = (terms: Terms): Pair => pairSums(sub(terms.logProbs, terms.refLogProbs), terms);

/** d = (log pi - log pi_ref)(chosen) - (log pi - log pi_ref)(rejected), [P, 1]. */
export const difference = ({ chosen, rejected }: Pair): Value => sub(chosen, rejected);

/**
 * Lays a loss of each pair, [P, 1], on all tokens of its two completions, [B, T]; `pairMean` weighs them so that it
 * counts once.
 */
export function onTokens(loss: Value, { logProbs }: Pick<Terms, 'logProbs'>): Value {
  const [rows, columns] = logProbs.shape as [number, number];
  return reshape(expand(reshape(loss, [rows / 2, 1, 1]), [rows / 2, 2, columns]), [rows, columns]);
}

/**
 * Mean over pairs: 1 / (pairs * length) on the chosen completion's tokens, 0 on the rejected one's.
 * A pair with an empty completion is no pair.
 */
export function pairMean(completions: readonly CompletionShape[]): Float32Array {
  const lengthOf = (row: number): number => completions[row]?.length ?? 0;
  const chosen = completions.map((_, row) => row % 2 === 0 && lengthOf(row) > 0 && lengthOf(row + 1) > 0);
  const pairs = chosen.filter(Boolean).length;
  return Float32Array.from(completions, ({ length }, row) => (chosen[row] ? 1 / (pairs * length) : 0));
}
