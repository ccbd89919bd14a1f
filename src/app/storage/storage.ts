/** @file The interface of the run database, and its errors. */
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { KeptRun, UnreadableRun } from './schema.ts';

/**
 * `refused`: the browser stores nothing (private mode); `full`: no room; `broken`: no answer, or a failure; `lost`:
 * stored data is gone.
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

/** Every method throws StorageError only; everything read has been validated. */
export interface RunDatabase {
  /** All runs, in no order. */
  runs(): Promise<readonly (KeptRun | UnreadableRun)[]>;
  /**
   * Writes a run, these rows and a snapshot in one transaction, and deletes steps after `run.steps`. `begun`: earlier
   * rows were written before; throws StorageError 'lost' if the run is no longer there, since a run without its first
   * rows cannot be read.
   */
  commit(run: KeptRun, rows: readonly Row[], snapshot: RunSnapshot | null, begun?: boolean): Promise<void>;
  rows(id: string): Promise<readonly Row[]>;
  /** Steps of the snapshots, ascending. */
  checkpointSteps(id: string): Promise<readonly number[]>;
  /** The newest undamaged snapshot at or before a step. */
  snapshot(id: string, atMost: number): Promise<RunSnapshot | null>;
  change(id: string, changes: Partial<KeptRun>): Promise<void>;
  /** Deletes a run, and every file that neither another run nor `inUse` names. */
  remove(id: string, inUse?: readonly string[]): Promise<void>;
  /** Ids of the tasks that kept runs name, each once. */
  tasks(): Promise<readonly string[]>;
  /** A file by its SHA-256, or null. The caller checks that its hash still matches. */
  file(sha256: string): Promise<Uint8Array | null>;
  /** Stores a file and deletes those that neither a run nor `inUse` names. */
  keepFile(sha256: string, bytes: Uint8Array, inUse: readonly string[]): Promise<void>;
  /**
   * Calls `closed` whenever the browser closed the database: data was cleared, or another tab upgrades or deletes it.
   * The next request opens it again.
   */
  watch(closed: () => void): void;
  close(): void;
}
