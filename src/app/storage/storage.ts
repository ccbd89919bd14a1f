/** @file What the page needs of the place where runs are kept, and what can be wrong with it. */
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { KeptRun, UnreadableRun } from './schema.ts';

/**
 * `refused`: the browser keeps nothing (private mode); `full`: no room; `broken`: it gave no answer, or failed; `lost`:
 * what was kept is gone.
 */
export type StorageTrouble = 'refused' | 'full' | 'broken' | 'lost';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  constructor(
    readonly trouble: StorageTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Every method throws StorageError and nothing else; what is read back has been checked. */
export interface RunDatabase {
  /** All runs, in no order. */
  runs(): Promise<readonly (KeptRun | UnreadableRun)[]>;
  /**
   * Writes a run's line, these of its rows and a snapshot: all or nothing. Steps after `run.steps` go. `begun`: rows
   * before these were written; throws StorageError 'lost' where the run is no longer there, since a run without its
   * first rows is none.
   */
  commit(run: KeptRun, rows: readonly Row[], snapshot: RunSnapshot | null, begun?: boolean): Promise<void>;
  rows(id: string): Promise<readonly Row[]>;
  /** Steps of the snapshots, ascending. */
  checkpointSteps(id: string): Promise<readonly number[]>;
  /** The newest whole snapshot at or before a step. */
  snapshot(id: string, atMost: number): Promise<RunSnapshot | null>;
  change(id: string, changes: Partial<KeptRun>): Promise<void>;
  /** Gives up a run, and every file of rollouts that no other run and none of `inUse` names. */
  remove(id: string, inUse?: readonly string[]): Promise<void>;
  /** A file of rollouts by its SHA-256, or null. Whoever reads it checks that it still has that hash. */
  rolloutFile(sha256: string): Promise<Uint8Array | null>;
  /** Keeps a file of rollouts in place of those that no run and none of `inUse` names. */
  keepRolloutFile(sha256: string, bytes: Uint8Array, inUse: readonly string[]): Promise<void>;
  /**
   * Calls `closed` whenever the browser has closed the database: data was cleared, or another tab upgrades or deletes
   * it. It opens again by itself.
   */
  watch(closed: () => void): void;
  close(): void;
}
