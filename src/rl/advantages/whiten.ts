/** @file Whitening: shift and scale to mean 0 and variance 1 over a batch. */
import { assert } from '../../lib/assert.ts';

/** Keeps a batch of equal values finite; as in verl and OpenRLHF. */
const EPSILON = 1e-8;

/**
 * (x - mean) / sqrt(variance + 1e-8), where entry i counts `weights[i]` times (its tokens, or a mask) and the variance
 * is divided by total - 1. Entries of weight 0 or NaN are left out and become 0.
 */
export function whiten(values: Float32Array, weights: ArrayLike<number>): Float32Array {
  assert(values.length === weights.length, `weights: ${weights.length} for ${values.length} values`);
  const entries = Array.from(values, (value, i) => ({
    value,
    i,
    weight: Number.isNaN(value) ? 0 : (weights[i] as number),
  })).filter(({ weight }) => weight > 0);
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  const whitened = new Float32Array(values.length);
  if (total <= 1) return whitened;
  const mean = entries.reduce((sum, { value, weight }) => sum + weight * value, 0) / total;
  const variance = entries.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0) / (total - 1);
  for (const { value, i } of entries) whitened[i] = (value - mean) / Math.sqrt(variance + EPSILON);
  return whitened;
}
