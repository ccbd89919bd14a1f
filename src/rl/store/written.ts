/** @file The newest completions that the policy of a run wrote, kept so that a person can take them along. */
import type { Group } from '../trajectory/groups.ts';

/** What one step had written for it. */
export interface Written {
  readonly step: number;
  /** Of its sampling. */
  readonly temperature: number;
  readonly groups: readonly Group[];
}

/** Steps that are kept at most: those that people can look into. */
export const WRITTEN_STEPS = 100;
/**
 * Completions that are kept at most, so that the largest steps take no more memory than some hundred of the usual ones;
 * about 1 kB each.
 */
const WRITTEN_COMPLETIONS = 16_384;

const sizeOf = ({ groups }: Written): number => groups.reduce((sum, { completions }) => sum + completions.length, 0);

/**
 * The list with one more step, the oldest first; groups written for another step are left out, and the newest step
 * always stays.
 */
export function withWritten(before: readonly Written[], { groups, ...step }: Written): readonly Written[] {
  const fresh = groups
    .filter(({ writtenAt }) => writtenAt === undefined)
    .map((group) => ({ ...group, writtenAt: step.step }));
  const all = [...before, { ...step, groups: fresh }].slice(-WRITTEN_STEPS);
  let left = WRITTEN_COMPLETIONS;
  const first = all.findLastIndex((written, i) => (left -= sizeOf(written)) < 0 && i < all.length - 1);
  return all.slice(first + 1);
}

/** The newest steps that were sampled alike: a store has one temperature. */
export function sampledAlike(written: readonly Written[]): readonly Written[] {
  const last = written.at(-1);
  const other = written.findLastIndex(({ temperature }) => temperature !== last?.temperature);
  return written.slice(other + 1);
}
