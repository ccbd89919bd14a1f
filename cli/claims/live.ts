/** @file The comparison that the page trains within a minute, with the curve of a recorded control. */
import { type Experiment, type ExperimentRun, type Live, runsOf } from './experiment.ts';

export interface DrawnLive extends Live {
  /** Reward of the recorded arm by step, in its first seed; absent in results from before it was recorded. */
  readonly curve?: { readonly seed: number; readonly rewards: readonly number[] };
}

/** Null for an experiment without a live version. */
export function liveOf({ live }: Experiment, runs: readonly ExperimentRun[]): DrawnLive | null {
  if (!live) return null;
  const recorded = runsOf(runs, live.recorded).find(({ rewards }) => rewards !== undefined);
  return { ...live, ...(recorded?.rewards ? { curve: { seed: recorded.seed, rewards: recorded.rewards } } : {}) };
}
