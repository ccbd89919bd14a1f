/** @file Sources of a step's rollouts other than the current policy. */
import type { Setting } from '../words/setting.ts';
import { offline, offlinePrompts, offlineRightShare, offlineTemperature } from './offline.ts';
import { replay, replayShare, replaySteps } from './replay.ts';
import type { Sampling } from './sampling.ts';

export interface Source {
  /** Wraps a paper's sampling so that its groups come from this source. */
  readonly of: (sampling: Sampling) => Sampling;
  readonly settings: readonly Setting[];
}

export const sources = {
  offline: { of: offline, settings: [offlinePrompts, offlineTemperature, offlineRightShare] },
  replay: { of: replay, settings: [replaySteps, replayShare] },
} satisfies Record<string, Source>;

export type SourceId = keyof typeof sources;
export const sourceIds = Object.keys(sources) as SourceId[];
