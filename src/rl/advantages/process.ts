/** @file Process supervision: each segment of a completion has its own reward (arXiv 2402.03300, section 4.1.3). */
import { membersOf } from '../words/groupIds.ts';
import { deviationOf, meanOf } from './groups.ts';

const EPSILON = 1e-4;

/** A step of a completion: the number of written tokens up to its last one, inclusive, and its reward. */
export interface Segment {
  readonly end: number;
  readonly reward: number;
}

/** Indices of the tokens of each row, [B], at which `mask` [B * columns] is above 0. */
export const tokenPlaces = (mask: Float32Array, columns: number): number[][] =>
  Array.from({ length: mask.length / columns }, (_, row) =>
    Array.from({ length: columns }, (__, t) => row * columns + t).filter((i) => (mask[i] as number) > 0),
  );

/**
 * One per token, [B * columns]: the sum of the normalised rewards of the steps that end at or after it,
 *   A_t = sum over steps with end > t of (r - mean) / (std + 1e-4),
 * mean and deviation (Bessel) over all steps of the group's completions; t counts the tokens of `mask` [B * columns],
 * so that an environment's tokens between two steps get 0. `groups` [B] holds the group ids of `segments` [B]. A
 * completion without steps gets 0; NaN rewards are left out.
 */
export function processAdvantages(
  segments: readonly (readonly Segment[])[],
  groups: Int32Array,
  mask: Float32Array,
  columns: number,
): Float32Array {
  const advantages = new Float32Array(segments.length * columns);
  const places = tokenPlaces(mask, columns);
  for (const members of membersOf(groups)) {
    const known = members.flatMap((row) =>
      (segments[row] as readonly Segment[]).map(({ reward }) => reward).filter((r) => !Number.isNaN(r)),
    );
    const [mean, divisor] = [meanOf(known), deviationOf(known, 1) + EPSILON];
    for (const row of members) {
      for (const { end, reward } of segments[row] as readonly Segment[]) {
        if (Number.isNaN(reward)) continue;
        for (const i of (places[row] as readonly number[]).slice(0, end))
          advantages[i] = (advantages[i] as number) + (reward - mean) / divisor;
      }
    }
  }
  return advantages;
}
