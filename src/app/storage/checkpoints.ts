/**
 * @file Selects the checkpoints of a run to keep: dense at its end and sparse before, so that a long run stays small.
 */

/** A checkpoint of the default policy takes about a megabyte; beyond this number they are thinned out. */
export const MOST_CHECKPOINTS = 24;

/**
 * The steps to keep, from ascending ones: the newest half, and of the older ones those on the finest grid (20·2^k
 * steps) that fits.
 */
export function keptSteps(steps: readonly number[]): readonly number[] {
  if (steps.length <= MOST_CHECKPOINTS) return steps;
  const half = MOST_CHECKPOINTS / 2;
  const [older, newest] = [steps.slice(0, -half), steps.slice(-half)];
  for (let grid = 20; ; grid *= 2) {
    const onGrid = older.filter((step) => step % grid === 0);
    if (onGrid.length <= half) return [...onGrid, ...newest];
  }
}
