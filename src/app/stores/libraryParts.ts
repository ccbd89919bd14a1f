/** @file What can be asked of the library, what it needs of the browser, and the run that it holds for this tab. */
import type { StoreApi } from 'zustand/vanilla';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Release } from '../../worker/runLock.ts';
import type { WholeRun } from '../files/runFile.ts';
import type { KeptRun } from '../storage/schema.ts';
import type { RunDatabase } from '../storage/storage.ts';
import type { LibraryState } from './libraryState.ts';

/** What the library needs of the browser. */
export interface LibraryHost {
  open(): Promise<RunDatabase>;
  /**
   * Whether the browser has promised not to give up what is kept when it is short of room; null where that cannot be
   * known. `ask`: asks for that promise, for which some browsers ask the person. Never rejects; may never answer.
   */
  persisted(ask: boolean): Promise<boolean | null>;
  /** Holds a run for this tab, or null where another tab has it. */
  hold(id: string): Promise<Release | null>;
  /** The run that this tab showed before it was loaded again. */
  recall(): string | null;
  remember(id: string): void;
  now(): number;
}

export interface Library extends StoreApi<LibraryState> {
  /** Opens the database and from then on keeps the run in hand. Never throws; `status` says how it went. */
  start(): Promise<void>;
  /** Tries again after a failure: opens the database, or writes what could not be written. */
  again(): Promise<void>;
  /** Goes to the run that this tab showed, if the link still means that run; answers whether it did. */
  restore(link: TrainConfig): Promise<boolean>;
  /** Offers the newest run of the last days that stopped on its way, or says that another tab has it. */
  offerUnfinished(): Promise<void>;
  goOn(id: string): Promise<void>;
  /** Goes on from a step under a new name. */
  fork(id: string, step: number): Promise<void>;
  /** Lets the code of the run that was asked for run, and goes to it. */
  agree(): Promise<void>;
  /** Why the name was refused, or null. */
  rename(id: string, name: string): string | null;
  setPinned(id: string, pinned: boolean): void;
  /** One of the colours by its number, as in `KeptRun`. */
  setColor(id: string, color: number): void;
  toggleShown(id: string): Promise<void>;
  /** Takes the run off the list; it is gone for good when another follows, or after a while. */
  remove(id: string): void;
  undoRemove(): void;
  /** Removes these at once, and writes what had no room. */
  makeRoom(ids: readonly string[]): Promise<void>;
  readonly dismiss: () => void;
  /** Adds a run from outside under an id, a colour and where needed a name of its own. */
  add(whole: WholeRun): Promise<void>;
  /** A kept file of rollouts by its SHA-256, once the database is open; null where it is not kept. */
  rolloutFile(sha256: string): Promise<Uint8Array | null>;
  /** Keeps a file of rollouts beside the runs; answers whether it found room. */
  keepRolloutFile(sha256: string, bytes: Uint8Array): Promise<boolean>;
  /** Everything of a run, for files; null where it is not kept. */
  read(
    id: string,
  ): Promise<{ run: KeptRun; rows: Awaited<ReturnType<RunDatabase['rows']>>; database: RunDatabase } | null>;
}

/** A tab that was just closed gives its run back a moment later. */
const HOLD_TRIES = 3;

/** The run that this tab holds, one at a time, so that no other tab trains it too. */
export class HeldRun {
  private held: { readonly id: string; readonly release: Release } | null = null;

  constructor(private readonly host: Pick<LibraryHost, 'hold'>) {}

  /** Whether no other tab holds it. */
  async isFree(id: string): Promise<boolean> {
    const release = await this.host.hold(id);
    release?.();
    return release !== null;
  }

  /** Holds a run in place of the one before; answers whether it could. */
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
