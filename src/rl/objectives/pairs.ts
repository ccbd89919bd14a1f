/** @file Losses over pairs of completions of one prompt: even rows are chosen, odd rows rejected. */
import { expand, reshape, slice, type Value } from '../../engine/graph/index.ts';
import { assert } from '../../lib/assert.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Terms } from './terms.ts';

type Masked = Pick<Terms, 'mask'>;

/**
 * `perCompletion` [B, 1] (or a scalar) at one side of each pair, [P, 1], P = B / 2. UsageError for an odd number of
 * rows.
 */
export function pairSide(perCompletion: Value, side: 'chosen' | 'rejected', { mask }: Masked): Value {
  const rows = mask.shape[0] as number;
  assert(rows % 2 === 0, `rows: pairs need an even number of completions, not ${rows}`);
  const row = side === 'chosen' ? 0 : 1;
  return slice(reshape(expand(perCompletion, [rows, 1]), [rows / 2, 2]), 1, row, row + 1);
}

const isPair = ({ shape }: Value, rows: number): boolean => shape.length === 2 && 2 * (shape[0] as number) === rows;

/** Repeats a value of pairs, [P, 1], on both rows of each pair, [B, 1]; other values are returned unchanged. */
export const pairOnRows = (x: Value, rows: number): Value =>
  isPair(x, rows) ? reshape(expand(x, [rows / 2, 2]), [rows, 1]) : x;

/**
 * Expands a loss to all tokens, [B, T]. A loss of pairs, [P, 1], is repeated on both completions; `pairMean` counts it
 * once.
 */
export function onTokens(loss: Value, { mask }: Masked): Value {
  const [rows, columns] = mask.shape as [number, number];
  if (!isPair(loss, rows)) return expand(loss, [rows, columns]);
  return reshape(expand(reshape(loss, [rows / 2, 1, 1]), [rows / 2, 2, columns]), [rows, columns]);
}

/**
 * Mean over pairs: 1 / (pairs * length) on the chosen completion's tokens, 0 on the rejected one's.
 * Pairs with an empty completion get weight 0.
 */
export function pairMean(completions: readonly CompletionShape[]): Float32Array {
  const lengthOf = (row: number): number => completions[row]?.length ?? 0;
  const chosen = completions.map((_, row) => row % 2 === 0 && lengthOf(row) > 0 && lengthOf(row + 1) > 0);
  const pairs = chosen.filter(Boolean).length;
  return Float32Array.from(completions, ({ length }, row) => (chosen[row] ? 1 / (pairs * length) : 0));
}
