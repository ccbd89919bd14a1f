/** @file Each reward term normalised on its own (GDPO, arXiv 2601.05242; TRL's `normalize_then_sum`). */
import { assert } from '../../lib/assert.ts';
import { deviationOf, meanOf } from './groups.ts';
import { groupAdvantages } from './group.ts';

const EPSILON = 1e-4;

/**
 * Normalises every term within its groups, adds the terms by weight, and normalises the sum over the batch:
 * A = (S - mean S) / (std S + 1e-4), S = sum_k w_k (R_k - mean) / (std + 1e-4), deviations with Bessel's correction.
 * `terms` holds the rewards [B] of each term; a term that is NaN for a completion adds nothing to it.
 */
export function gdpoAdvantages(
  terms: readonly Float32Array[],
  weights: readonly number[],
  groups: Int32Array,
): Float32Array {
  const count = terms[0]?.length ?? 0;
  assert(
    terms.length > 0 && terms.every((term) => term.length === count),
    'terms: every reward term needs as many rewards as the first',
  );
  assert(weights.length === terms.length, `weights: ${weights.length} for ${terms.length} reward terms`);
  const normalised = terms.map((term) => groupAdvantages(term, groups));
  const sums = Array.from({ length: count }, (_, row) =>
    normalised.reduce((sum, term, k) => sum + (weights[k] as number) * (term[row] as number), 0),
  );
  const [mean, deviation] = [meanOf(sums), deviationOf(sums, 1)];
  return Float32Array.from(sums, (s) => (s - mean) / (deviation + EPSILON));
}
