/** @file The newest completions of a run, kept for export as a rollout file. */
import type { Group } from '../trajectory/groups.ts';

/** The fresh groups of a step. */
export interface Written {
  readonly step: number;
  /** Temperature of the sampling. */
  readonly temperature: number;
  readonly groups: readonly Group[];
}

/** Most steps that are kept, as many as the page shows. */
export const WRITTEN_STEPS = 100;
/** Most completions that are kept, about 1 kB each, so that large steps do not take more memory. */
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

/** The newest steps of equal temperature, since a rollout file has a single one. */
export function sampledAlike(written: readonly Written[]): readonly Written[] {
  const last = written.at(-1);
  const other = written.findLastIndex(({ temperature }) => temperature !== last?.temperature);
  return written.slice(other + 1);
}
