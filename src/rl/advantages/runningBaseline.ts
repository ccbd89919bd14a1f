/** @file REINFORCE's baseline: the mean reward of all steps so far (as in arXiv 2402.14740, eq. 5). */

/** State carried from step to step; plain data, so that it can be saved with a run. */
export interface RunningBaseline {
  /** Mean of the steps' mean rewards. */
  readonly mean: number;
  readonly steps: number;
}

export const noBaseline: RunningBaseline = { mean: 0, steps: 0 };

/**
 * R - baseline, [B], and the state after this step. The baseline is the mean of earlier steps, so no completion is part
 * of its own. NaN rewards get 0 and are not counted; a step without rewards leaves the state unchanged.
 */
export function runningBaselineAdvantages(
  rewards: Float32Array,
  before: RunningBaseline,
): { advantages: Float32Array; after: RunningBaseline } {
  const known = rewards.filter((r) => !Number.isNaN(r));
  const advantages = rewards.map((r) => (Number.isNaN(r) ? 0 : r - before.mean));
  if (known.length === 0) return { advantages, after: before };
  const stepMean = known.reduce((sum, r) => sum + r, 0) / known.length;
  const steps = before.steps + 1;
  return { advantages, after: { mean: before.mean + (stepMean - before.mean) / steps, steps } };
}
