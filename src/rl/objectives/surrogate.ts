/** @file The clipped surrogate of PPO (arXiv 1707.06347, eq. 7). */
import { add, clip, min, mul, type Operand, sub, type Value } from '../../engine/graph/index.ts';

/** min(r A, clip(r, 1 - low, 1 + high) A), [B, T]; to be maximised. */
export function clippedSurrogate(ratio: Value, advantages: Value, low: Operand, high: Operand): Value {
  return min(mul(ratio, advantages), mul(clip(ratio, sub(1, low), add(1, high)), advantages));
}
