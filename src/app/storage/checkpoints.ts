/**
 * @file Which checkpoints of a run are kept: close together at its end, further apart before, so that a long run stays
 * small.
 */

/** A checkpoint of the shipped policy takes about a megabyte; more than this are thinned out. */
export const MOST_CHECKPOINTS = 24;

/** Of ascending steps those to keep: the newest half, and of the older ones those on the coarsest grid that fits. */
export function keptSteps(steps: readonly number[]): readonly number[] {
  if (steps.length <= MOST_CHECKPOINTS) return steps;
  const half = MOST_CHECKPOINTS / 2;
  const [older, newest] = [steps.slice(0, -half), steps.slice(-half)];
  for (let grid = 20; ; grid *= 2) {
    const onGrid = older.filter((step) => step % grid === 0);
    if (onGrid.length <= half) return [...onGrid, ...newest];
  }
}
