/** @file Opens the database, keeps the current run in it, and notices when kept runs disappear. */
import { OverdueError, within } from '../../lib/within.ts';
import { NotLoadedError } from '../../ui/load.ts';
import { text } from '../../ui/text.ts';
import { Keeper, type Ledger } from '../storage/keeper.ts';
import { nameOf } from '../storage/names.ts';
import type { KeptRun } from '../storage/schema.ts';
import { type RunDatabase, StorageError } from '../storage/storage.ts';
import type { HeldRun, LibraryHost } from './libraryParts.ts';
import type { RunShelf } from './libraryShelf.ts';
import { freeColor, type LibraryState, MOST_SHOWN, undrawn, withRun } from './libraryState.ts';

/** Milliseconds between tries to read the database after it was closed. */
const CLEARING = [100, 500, 2_000];
/** Milliseconds until the page goes on without the database; a tab that returns to a run waits for it. */
const OPEN_LIMIT = 8_000;

/** The library's status after the storage could not be opened. */
function troubleOf(cause: unknown): LibraryState['status'] {
  if (cause instanceof OverdueError) return 'broken';
  if (cause instanceof NotLoadedError) return 'unloaded';
  return cause instanceof StorageError && cause.trouble !== 'lost' ? cause.trouble : 'refused';
}

export class LibraryOpening {
  /** Settles with the newest try to open the database. */
  starting: Promise<void> = Promise.resolve();

  constructor(
    private readonly shelf: RunShelf,
    private readonly host: LibraryHost,
    private readonly held: HeldRun,
    private readonly offerUnfinished: () => Promise<void>,
  ) {}

  start(): Promise<void> {
    this.starting = this.openDatabase();
    return this.starting;
  }

  private async openDatabase(): Promise<void> {
    const { shelf } = this;
    shelf.setState({ status: 'opening' });
    const opening = this.host.open().then((database) => this.adopt(database));
    try {
      await within(OPEN_LIMIT, 'the storage gave no answer', opening);
      await shelf.settle();
    } catch (cause) {
      if (shelf.database) return;
      shelf.setState({ status: troubleOf(cause) });
      // A database that opens late is used all the same.
      if (cause instanceof OverdueError) opening.then(() => this.offerUnfinished()).catch(() => {});
    }
  }

  private async adopt(database: RunDatabase): Promise<void> {
    const { shelf } = this;
    const all = await database.runs();
    // A second try to open may have answered first.
    if (shelf.database) return database.close();
    shelf.database = database;
    shelf.list(all);
    shelf.keeper = new Keeper(database, this.ledger(), this.host.now);
    shelf.keeper.follow(shelf.session.run);
    database.watch(() => void this.missing());
    shelf.setState({ status: 'ready' });
    void this.judgePersistence(false);
    // Steps may have been trained while the database was opening.
    void shelf.settle();
  }

  /** With `ask` the browser is asked to promise persistence, which makes sense once a run is kept. */
  private async judgePersistence(ask: boolean): Promise<void> {
    const persisted = await this.host.persisted(ask);
    this.shelf.setState({ persisted });
  }

  /** Reads the list with retries: a browser that clears its data also closes a database that is opened meanwhile. */
  private async stillKept(database: RunDatabase): ReturnType<RunDatabase['runs']> {
    for (const pause of CLEARING) {
      try {
        return await database.runs();
      } catch {
        await new Promise((resume) => void setTimeout(resume, pause));
      }
    }
    return database.runs();
  }

  /** Looks for kept runs that are gone, as after clearing the site's data, and writes the current run again in full. */
  private missing(): Promise<void> {
    const { shelf } = this;
    return shelf.attempt(async (database) => {
      const all = await this.stillKept(database);
      const { key } = shelf.session.run.getState();
      const { runs: before } = shelf.getState();
      const gone = before.filter(({ id }) => !all.some((run) => run.id === id));
      if (gone.length === 0) return;
      for (const { id } of gone) shelf.keeper?.forget(id);
      // The current run keeps its name and colour.
      shelf.list([...all, ...gone.filter(({ id }) => id === key).map((run) => ({ ...run, bytes: 0 }))]);
      shelf.setState((state) => ({
        ...undrawn(
          state,
          state.shown.filter((id) => !shelf.find(id)),
        ),
        saved: gone.some(({ id }) => id === state.saved?.id) ? null : state.saved,
      }));
      await shelf.settle();
      shelf.setState(({ saved }) => ({ problem: text.runs.gone(gone.length, saved?.id === key) }));
    });
  }

  private ledger(): Ledger {
    const { shelf } = this;
    return {
      find: (id) => shelf.find(id),
      newLook: (id) => {
        const { runs, shown } = shelf.getState();
        const beside = runs.filter((run) => shown.includes(run.id));
        return {
          name: nameOf(id, new Set(runs.map(({ name }) => name))),
          color: freeColor(beside.length > 0 ? beside : runs.slice(0, MOST_SHOWN - 1)),
        };
      },
      preset: () => shelf.session.run.getState().preset,
      written: (run, trouble) => this.written(run, trouble),
    };
  }

  private written(run: KeptRun, trouble: StorageError | null): void {
    const { shelf } = this;
    if (trouble) return trouble.trouble === 'lost' ? void this.missing() : shelf.setState({ status: trouble.trouble });
    const isNew = shelf.find(run.id) === undefined;
    // Name, colour and pin may have changed while the run was being written.
    shelf.setState(({ runs }) => {
      const before = runs.find(({ id }) => id === run.id);
      const line = before ? { ...run, name: before.name, color: before.color, pinned: before.pinned } : run;
      return { status: 'ready', runs: withRun(runs, line), saved: { id: run.id, steps: run.steps }, offer: null };
    });
    if (!isNew) return;
    this.host.remember(run.id);
    void this.held.take(run.id);
    void this.judgePersistence(true);
  }
}
