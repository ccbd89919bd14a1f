/** @file The interface of the library, the parts of the browser that it needs, and the lock on the run of this tab. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Release } from '../../worker/runLock.ts';
import type { WholeRun } from '../files/runFile.ts';
import type { KeptRun } from '../storage/schema.ts';
import type { RunDatabase } from '../storage/storage.ts';
import type { LibraryState } from './libraryState.ts';

/** The parts of the browser that the library needs. */
export interface LibraryHost {
  open(): Promise<RunDatabase>;
  /**
   * Whether the browser promised persistent storage; null where it cannot say. `ask`: requests that promise, for which
   * some browsers ask the user. Never rejects; may never answer.
   */
  persisted(ask: boolean): Promise<boolean | null>;
  /** Locks a run for this tab; null where another tab has it. */
  hold(id: string): Promise<Release | null>;
  /** The run that this tab showed before a reload. */
  recall(): string | null;
  remember(id: string): void;
  now(): number;
}

export interface Library extends ReadableStore<LibraryState> {
  /** Opens the database and keeps the current run in it from then on. Never throws; the outcome is in `status`. */
  start(): Promise<void>;
  /** Tries again after a failure: opens the database, or writes the steps that could not be written. */
  again(): Promise<void>;
  /** Continues the run that this tab showed, if the link still has its settings; answers whether it does. */
  restore(link: TrainConfig): Promise<boolean>;
  /** Offers the newest unfinished run of the last seven days, or says that another tab trains it. */
  offerUnfinished(): Promise<void>;
  goOn(id: string): Promise<void>;
  /** Continues from a step as a new run. */
  fork(id: string, step: number): Promise<void>;
  /** Accepts the foreign code of the requested run, and opens the run. */
  agree(): Promise<void>;
  /** Renames a run; answers why the name was refused, or null. */
  rename(id: string, name: string): string | null;
  setPinned(id: string, pinned: boolean): void;
  /** Index of a run colour, as in `KeptRun`. */
  setColor(id: string, color: number): void;
  toggleShown(id: string): Promise<void>;
  /** Takes the run off the list. It is deleted after a delay, or when another run is removed. */
  remove(id: string): void;
  undoRemove(): void;
  /** Deletes these runs at once, and writes the steps for which there was no room. */
  makeRoom(ids: readonly string[]): Promise<void>;
  readonly dismiss: () => void;
  /** Shows why a request of another part failed. */
  report(problem: string): void;
  /** Adds a run from a file under a new id and colour, and under a new name if it is taken. */
  add(whole: WholeRun): Promise<void>;
  /** A kept rollout file by its SHA-256, once the database is open; null where it is not kept. */
  file(sha256: string): Promise<Uint8Array | null>;
  /** Keeps a rollout file; answers whether it could be stored. */
  keepFile(sha256: string, bytes: Uint8Array): Promise<boolean>;
  /** The newest kept snapshot of a run at or before a step, else of the run it was forked from; null without one. */
  snapshot(id: string, atMost: number): Promise<RunSnapshot | null>;
  /** Steps of the kept snapshots of a run, ascending. */
  checkpointSteps(id: string): Promise<readonly number[]>;
  /** Reads the last numbers of runs that were kept without them. */
  complete(): Promise<void>;
  /** A run with its rows, for files; null where it is not kept. */
  read(
    id: string,
  ): Promise<{ run: KeptRun; rows: Awaited<ReturnType<RunDatabase['rows']>>; database: RunDatabase } | null>;
}

/** A closed tab releases its lock a moment later. */
const HOLD_TRIES = 3;

/** The lock on the run of this tab, one at a time: no other tab trains it. */
export class HeldRun {
  private held: { readonly id: string; readonly release: Release } | null = null;

  constructor(private readonly host: Pick<LibraryHost, 'hold'>) {}

  /** Whether no other tab holds the run. */
  async isFree(id: string): Promise<boolean> {
    const release = await this.host.hold(id);
    release?.();
    return release !== null;
  }

  /** Locks a run and releases the one before; answers whether it could. */
  async take(id: string): Promise<boolean> {
    if (this.held?.id === id) return true;
    for (let tries = 0; tries < HOLD_TRIES; tries++) {
      const release = await this.host.hold(id);
      if (release) {
        this.held?.release();
        this.held = { id, release };
        return true;
      }
      await new Promise((resume) => void setTimeout(resume, 100));
    }
    return false;
  }
}
