/**
 * @file Advantages of segments: each step of a completion has a reward of its own (process supervision, arXiv
 * 2402.03300, section 4.1.3).
 */
import { deviationOf, meanOf } from './groups.ts';

const EPSILON = 1e-4;

/** A step of a completion: the number of tokens up to and including its last, and its reward. */
export interface Segment {
  readonly end: number;
  readonly reward: number;
}

/**
 * One per token, [B * columns]: the sum of the normalised rewards of the steps that end at or after it,
 *   A_t = sum over steps with end > t of (r - mean) / (std + 1e-4),
 * mean and deviation (Bessel) over all steps of the group's completions. `starts` [B] is the column of each
 * completion's first token. A completion without steps has none; a reward that is NaN is left out.
 */
export function processAdvantages(
  segments: readonly (readonly Segment[])[],
  groupSize: number,
  starts: readonly number[],
  columns: number,
): Float32Array {
  const advantages = new Float32Array(segments.length * columns);
  for (let first = 0; first < segments.length; first += groupSize) {
    const known = segments
      .slice(first, first + groupSize)
      .flatMap((steps) => steps.map(({ reward }) => reward).filter((r) => !Number.isNaN(r)));
    const [mean, divisor] = [meanOf(known), deviationOf(known, 1) + EPSILON];
    for (let row = first; row < Math.min(first + groupSize, segments.length); row++) {
      const steps = segments[row] as readonly Segment[];
      const start = row * columns + (starts[row] as number);
      for (const { end, reward } of steps) {
        if (Number.isNaN(reward)) continue;
        for (let t = 0; t < end; t++)
          advantages[start + t] = (advantages[start + t] as number) + (reward - mean) / divisor;
      }
    }
  }
  return advantages;
}
