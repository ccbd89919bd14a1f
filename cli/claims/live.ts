/**
 * @file The comparison that the page trains within a minute: its two arms, its rule, their time on Node, and the curve of
 * a recorded control.
 */
import { mean } from '../../src/lib/statistics.ts';
import { type Experiment, type ExperimentRun, type Live, runsOf } from './experiment.ts';

export interface DrawnLive extends Live {
  /** Seconds of a step of each of the two arms on Node with one thread, mean over the stored runs. */
  readonly secondsPerStep: readonly [number, number];
  /** Reward of the recorded arm by step, in its first seed; absent in results from before it was recorded. */
  readonly curve?: { readonly seed: number; readonly rewards: readonly number[] };
}

function secondsOf(runs: readonly ExperimentRun[], arm: string): number | null {
  const own = runsOf(runs, arm).filter(({ summary }) => summary.steps > 0);
  return own.length === 0 ? null : mean(own.map(({ summary }) => summary.seconds / summary.steps));
}

/** Null for an experiment without a live version, and where a run is missing. */
export function liveOf({ live }: Experiment, runs: readonly ExperimentRun[]): DrawnLive | null {
  if (!live) return null;
  const [first, second] = [secondsOf(runs, live.of), secondsOf(runs, live.against)];
  if (first === null || second === null) return null;
  const recorded = runsOf(runs, live.recorded).find(({ rewards }) => rewards !== undefined);
  return {
    ...live,
    secondsPerStep: [first, second],
    ...(recorded?.rewards ? { curve: { seed: recorded.seed, rewards: recorded.rewards } } : {}),
  };
}
