/** @file Where the rollouts of a step come from, if not from the policy as it is. */
import type { Setting } from '../words/setting.ts';
import { offline, offlinePrompts, offlineTemperature } from './offline.ts';
import { replay, replayShare, replaySteps } from './replay.ts';
import type { Sampling } from './sampling.ts';

export interface Source {
  /** A paper's sampling with its groups from here. */
  readonly of: (sampling: Sampling) => Sampling;
  readonly settings: readonly Setting[];
}

export const sources = {
  offline: { of: offline, settings: [offlinePrompts, offlineTemperature] },
  replay: { of: replay, settings: [replaySteps, replayShare] },
} satisfies Record<string, Source>;

export type SourceId = keyof typeof sources;
export const sourceIds = Object.keys(sources) as SourceId[];
