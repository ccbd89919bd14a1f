/** @file A run that is opened again at one of its steps, as plain data. */
import { isLive, type LiveChanges, type TrainConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { Parent, RunState } from './runState.ts';

/** A run, and the step at which it continues. */
export interface Return {
  readonly key: string;
  readonly parent: Parent | null;
  /** The configuration of step 0. */
  readonly initial: TrainConfig;
  readonly adjusted: boolean;
  /** Rows with which those of replayed steps are compared. */
  readonly rows: readonly Row[];
  readonly step: number;
  /** The newest snapshot at or before `step`; null begins with the fresh adapter of step 0. */
  readonly snapshot: RunSnapshot | null;
}

/** The step of another run at which a run begins. */
export interface Beginning {
  readonly parent: Parent;
  /** Rows of the other run up to that step. */
  readonly rows: readonly Row[];
  /** The snapshot of that step. */
  readonly snapshot: RunSnapshot;
}

/** Brings the step of another run at which a run begins. */
export type Begin = () => Promise<Beginning>;

/** State of a run that begins at the snapshot, with the steps after it to be replayed. */
export function returning({ key, parent, initial, adjusted, rows, step, snapshot }: Return): Partial<RunState> {
  const from = snapshot?.step ?? 0;
  return {
    key,
    parent,
    initial,
    adjusted,
    rows,
    step,
    config: snapshot?.config ?? initial,
    checkpoint: snapshot,
    replay: step > from ? { from, step: from, target: step, differing: 0 } : null,
    replaying: true,
  };
}

/** The fields of a configuration that can change during a run. */
export const liveSettings = (config: TrainConfig): LiveChanges =>
  Object.fromEntries(Object.entries(config).filter(([name]) => isLive(name)));
