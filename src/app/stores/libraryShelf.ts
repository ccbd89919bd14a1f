/** @file The list of kept runs and the database behind it, shared by the parts of the library. */
import { createStore } from 'zustand/vanilla';
import { text } from '../../ui/text.ts';
import { filesNamedBy } from '../../rl/config/config.ts';
import type { Keeper } from '../storage/keeper.ts';
import { isReadable, type KeptRun, type UnreadableRun } from '../storage/schema.ts';
import { type RunDatabase, StorageError } from '../storage/storage.ts';
import { emptyLibrary, type LibraryState, newestFirst } from './libraryState.ts';
import type { Session } from './session.ts';

export class RunShelf {
  private readonly store = createStore<LibraryState>(() => emptyLibrary);
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;
  /** Null until the database is open. */
  database: RunDatabase | null = null;
  keeper: Keeper | null = null;

  constructor(readonly session: Session) {}

  find(id: string): KeptRun | undefined {
    return this.getState().runs.find((run) => run.id === id);
  }

  list(all: readonly (KeptRun | UnreadableRun)[]): void {
    this.setState({
      runs: newestFirst(all.filter(isReadable)),
      unreadable: all.flatMap((run) => (isReadable(run) ? [] : [run])),
    });
  }

  change(id: string, changes: Partial<KeptRun>): void {
    this.setState(({ runs }) => ({ runs: runs.map((run) => (run.id === id ? { ...run, ...changes } : run)) }));
    void this.attempt((database) => database.change(id, changes));
  }

  /** Writes the steps of the current run that are not written yet. */
  async settle(): Promise<void> {
    await this.keeper?.settle(this.session.run);
  }

  /** SHA-256 of the files that the settings and the current run name, which may not be kept yet. */
  filesInUse(): readonly string[] {
    const { run, settings } = this.session;
    return [settings.getState().config, run.getState().config].flatMap((config) =>
      config ? filesNamedBy(config) : [],
    );
  }

  /** Works on the database if it is open; a failure becomes a sentence in the state and is not thrown. */
  async attempt(work: (database: RunDatabase) => Promise<void>): Promise<void> {
    if (!this.database) return;
    try {
      await work(this.database);
    } catch (cause) {
      if (cause instanceof StorageError && cause.trouble === 'full') this.setState({ status: 'full' });
      else this.setState({ problem: text.runs.failed(cause instanceof Error ? cause.message : String(cause)) });
    }
  }
}
