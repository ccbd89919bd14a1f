/** @file Sums and means over the tokens of a completion. */
import { cast, div, greater, max, reduceSum, type Value, where } from '../../engine/graph/index.ts';
import type { Terms } from './terms.ts';

type Masked = Pick<Terms, 'mask'>;

/** Sum of [B, T] over the tokens of each completion, [B, 1]. Values outside `mask` are ignored, even if infinite. */
export const sequenceSum = (perToken: Value, { mask }: Masked): Value =>
  reduceSum(where(greater(mask, 0), perToken, 0), { axes: -1, keepDims: true });

/** Mean over the tokens of each completion, [B, 1]; 0 for a completion without tokens. */
export function sequenceMean(perToken: Value, { mask }: Masked): Value {
  const tokens = reduceSum(cast(greater(mask, 0), 'float'), { axes: -1, keepDims: true });
  return div(sequenceSum(perToken, { mask }), max(tokens, 1));
}
