/** @file The runs that are kept: listed, opened, forked, named, compared, given up. Knows no React. */
import { createStore } from 'zustand/vanilla';
import { OverdueError, within } from '../../lib/within.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { NotLoadedError } from '../../ui/load.ts';
import { text } from '../../ui/text.ts';
import { Keeper, type Ledger } from '../storage/keeper.ts';
import { nameOf } from '../storage/names.ts';
import { codeOf, isReadable, type KeptRun, runName, type UnreadableRun } from '../storage/schema.ts';
import { type RunDatabase, StorageError } from '../storage/storage.ts';
import { sameConfig } from './differences.ts';
import {
  emptyLibrary,
  freeColor,
  type LibraryState,
  MOST_SHOWN,
  newestFirst,
  unfinished,
  withRun,
} from './libraryState.ts';
import { newId } from './newId.ts';
import type { Session } from './session.ts';
import type { WholeRun } from '../files/runFile.ts';
import { HeldRun, type Library, type LibraryHost } from './libraryParts.ts';

export type { Library, LibraryHost } from './libraryParts.ts';
export type { LibraryState } from './libraryState.ts';

/** Milliseconds in which a removed run can be brought back. */
const REGRET = 10_000;
const DAY = 86_400_000;
/** Milliseconds between looks at what is left after the database was closed. */
const CLEARING = [100, 500, 2_000];
/** Milliseconds until the page goes on without the database; a tab that comes back to a run waits for it. */
const OPEN_LIMIT = 8_000;

/** What the page says of storage that could not be opened. */
function troubleOf(cause: unknown): LibraryState['status'] {
  if (cause instanceof OverdueError) return 'broken';
  if (cause instanceof NotLoadedError) return 'unloaded';
  return cause instanceof StorageError && cause.trouble !== 'lost' ? cause.trouble : 'refused';
}

class RunLibrary implements Library {
  private readonly store = createStore<LibraryState>(() => emptyLibrary);
  readonly getState = this.store.getState;
  readonly setState = this.store.setState;
  readonly subscribe = this.store.subscribe;
  readonly getInitialState = this.store.getInitialState;
  private database: RunDatabase | null = null;
  private starting: Promise<void> = Promise.resolve();
  private keeper: Keeper | null = null;
  private readonly held: HeldRun;
  private regret: { readonly timer: ReturnType<typeof setTimeout>; readonly id: string } | null = null;

  constructor(
    private readonly session: Session,
    private readonly host: LibraryHost,
  ) {
    this.held = new HeldRun(host);
  }

  start(): Promise<void> {
    this.starting = this.openDatabase();
    return this.starting;
  }

  async again(): Promise<void> {
    if (!this.database) return this.start();
    await this.keeper?.settle(this.session.run);
  }

  private async openDatabase(): Promise<void> {
    this.setState({ status: 'opening' });
    const opening = this.host.open().then((database) => this.adopt(database));
    try {
      await within(OPEN_LIMIT, 'the storage gave no answer', opening);
      await this.keeper?.settle(this.session.run);
    } catch (cause) {
      if (this.database) return;
      this.setState({ status: troubleOf(cause) });
      // An answer that comes later is welcome too.
      if (cause instanceof OverdueError) opening.then(() => this.offerUnfinished()).catch(() => {});
    }
  }

  private async adopt(database: RunDatabase): Promise<void> {
    const all = await database.runs();
    // An opening that was tried again may have answered first.
    if (this.database) return database.close();
    this.database = database;
    this.list(all);
    this.keeper = new Keeper(database, this.ledger(), this.host.now);
    this.keeper.follow(this.session.run);
    database.watch(() => void this.missing());
    this.setState({ status: 'ready' });
    void this.judgePersistence(false);
    // What was trained while the database was being opened.
    void this.keeper.settle(this.session.run);
  }

  private list(all: readonly (KeptRun | UnreadableRun)[]): void {
    this.setState({
      runs: newestFirst(all.filter(isReadable)),
      unreadable: all.flatMap((run) => (isReadable(run) ? [] : [run])),
    });
  }

  /** Asks for the promise once there is something to keep. */
  private async judgePersistence(ask: boolean): Promise<void> {
    const persisted = await this.host.persisted(ask);
    this.setState({ persisted });
  }

  /** A browser that is clearing its data also closes a database that is opened meanwhile. */
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

  /**
   * Looks whether kept runs are gone, as after clearing the data of this site; the run in hand is then kept again, as a
   * whole.
   */
  private missing(): Promise<void> {
    return this.attempt(async (database) => {
      const all = await this.stillKept(database);
      const { key } = this.session.run.getState();
      const { runs: before, shown } = this.getState();
      const gone = before.filter(({ id }) => !all.some((run) => run.id === id));
      if (gone.length === 0) return;
      for (const { id } of gone) this.keeper?.forget(id);
      // The run in hand keeps its name and colour.
      this.list([...all, ...gone.filter(({ id }) => id === key).map((run) => ({ ...run, bytes: 0 }))]);
      this.setState(({ saved }) => ({
        shown: shown.filter((id) => this.find(id)),
        saved: gone.some(({ id }) => id === saved?.id) ? null : saved,
      }));
      await this.keeper?.settle(this.session.run);
      this.setState(({ saved }) => ({ problem: text.runs.gone(gone.length, saved?.id === key) }));
    });
  }

  async restore(link: TrainConfig): Promise<boolean> {
    const id = this.host.recall();
    const run = id === null ? undefined : this.find(id);
    if (run && run.steps > 0 && sameConfig(run.config, link)) {
      await this.goOn(run.id);
      const isBack = this.session.run.getState().key === run.id;
      // What the link brings is what this run was trained with here: nothing is left to agree to.
      if (isBack) this.session.settings.setState({ offered: {}, draft: null });
      return isBack;
    }
    await this.offerUnfinished();
    return false;
  }

  async offerUnfinished(): Promise<void> {
    const mayOffer = () => !this.getState().elsewhere && this.session.run.getState().step === 0;
    const offer = unfinished(this.getState().runs, this.host.now() - 7 * DAY);
    if (!offer || !mayOffer()) return;
    // Another tab may be training it at this moment: then it has not stopped.
    const isFree = await this.held.isFree(offer.id);
    if (mayOffer()) this.setState(isFree ? { offer } : { elsewhere: offer });
  }

  goOn(id: string): Promise<void> {
    return this.attempt(async (database) => {
      const run = this.find(id);
      if (!run || this.session.run.getState().key === id) return;
      if (this.mustAsk(run, null)) return;
      if (!(await this.held.take(id))) return this.setState({ elsewhere: run, offer: null });
      const rows = await database.rows(id);
      this.keeper?.knows(id, rows);
      const step = Math.min(run.steps, rows.at(-1)?.step ?? 0);
      await this.comeBack(run, step, rows, { id, parent: run.parent });
    });
  }

  fork(id: string, step: number): Promise<void> {
    return this.attempt(async (database) => {
      await this.keeper?.settle(this.session.run);
      const run = this.find(id);
      if (!run || this.mustAsk(run, step)) return;
      const rows = await database.rows(id);
      await this.comeBack(run, Math.min(step, run.steps), rows, { id: newId(), parent: { id, name: run.name, step } });
    });
  }

  /** Whether the run holds code of somebody else that nobody here has agreed to; it is then shown. */
  private mustAsk(run: KeptRun, step: number | null): boolean {
    const asks = run.foreign === true && codeOf(run.config).length > 0;
    if (asks) this.setState({ foreign: { run, step } });
    return asks;
  }

  async agree(): Promise<void> {
    const { foreign } = this.getState();
    if (!foreign) return;
    this.setState({ foreign: null });
    this.change(foreign.run.id, { foreign: false });
    await (foreign.step === null ? this.goOn(foreign.run.id) : this.fork(foreign.run.id, foreign.step));
  }

  private async comeBack(
    run: KeptRun,
    step: number,
    rows: LibraryState['rows'][string],
    { id, parent }: { readonly id: string; readonly parent: KeptRun['parent'] },
  ): Promise<void> {
    const snapshot = (await this.database?.snapshot(run.id, step)) ?? null;
    this.setState({ elsewhere: null, foreign: null, offer: null, problem: null });
    // The run in hand is never also drawn as another one.
    this.setState(({ shown }) => ({ shown: shown.filter((other) => other !== id) }));
    this.host.remember(id);
    const upTo = rows.filter((row) => row.step <= step);
    await this.session.comeBack(
      { key: id, parent, initial: run.initial, adjusted: run.adjusted === true, rows: upTo, step, snapshot },
      run.preset,
    );
  }

  rename(id: string, name: string): string | null {
    const checked = runName.safeParse(name);
    if (!checked.success) return checked.error.issues[0]?.message ?? '';
    this.change(id, { name: checked.data });
    return null;
  }

  setPinned(id: string, pinned: boolean): void {
    this.change(id, { pinned });
  }

  setColor(id: string, color: number): void {
    this.change(id, { color });
  }

  async toggleShown(id: string): Promise<void> {
    const { shown, rows } = this.getState();
    if (shown.includes(id)) return this.setState({ shown: shown.filter((other) => other !== id) });
    if (shown.length + 1 >= MOST_SHOWN) return this.setState({ problem: text.runs.mostShown(MOST_SHOWN) });
    await this.attempt(async (database) => {
      const found = rows[id] ?? (await database.rows(id));
      this.distinguish(id);
      this.setState((state) => ({ rows: { ...state.rows, [id]: found }, shown: [...state.shown, id], problem: null }));
    });
  }

  /** Another colour for a run that is to stand beside one of the same. */
  private distinguish(id: string): void {
    const { shown, runs } = this.getState();
    const beside = runs.filter(
      (run) => run.id !== id && (shown.includes(run.id) || run.id === this.session.run.getState().key),
    );
    const run = this.find(id);
    if (run && beside.some(({ color }) => color === run.color)) this.change(id, { color: freeColor(beside) });
  }

  remove(id: string): void {
    this.settleRegret();
    const run = this.find(id);
    if (run) this.regret = { id, timer: setTimeout(() => this.settleRegret(), REGRET) };
    else void this.attempt((database) => database.remove(id, this.filesInUse()));
    this.setState(({ runs, shown, unreadable }) => ({
      runs: runs.filter((other) => other.id !== id),
      shown: shown.filter((other) => other !== id),
      unreadable: unreadable.filter((other) => other.id !== id),
      removed: run ?? null,
    }));
  }

  undoRemove(): void {
    const { removed } = this.getState();
    if (this.regret) clearTimeout(this.regret.timer);
    this.regret = null;
    this.setState(({ runs }) => ({ removed: null, runs: removed ? withRun(runs, removed) : runs }));
  }

  private settleRegret(): void {
    const { regret } = this;
    if (!regret) return;
    clearTimeout(regret.timer);
    this.regret = null;
    this.setState({ removed: null });
    this.keeper?.forget(regret.id);
    void this.attempt((database) => database.remove(regret.id, this.filesInUse()));
  }

  async makeRoom(ids: readonly string[]): Promise<void> {
    await this.attempt(async (database) => {
      for (const id of ids) await database.remove(id, this.filesInUse());
      this.setState(({ runs }) => ({ status: 'ready', runs: runs.filter(({ id }) => !ids.includes(id)) }));
      await this.keeper?.settle(this.session.run);
    });
  }

  readonly dismiss = (): void => {
    this.setState({ elsewhere: null, foreign: null, offer: null, problem: null });
  };

  add({ run, rows, snapshots }: WholeRun): Promise<void> {
    return this.attempt(async (database) => {
      const { runs } = this.getState();
      const id = newId();
      const name = runs.some((other) => other.name === run.name)
        ? nameOf(id, new Set(runs.map((other) => other.name)))
        : run.name;
      const added: KeptRun = {
        ...run,
        id,
        name,
        foreign: true,
        pinned: false,
        color: freeColor(runs.slice(0, MOST_SHOWN - 1)),
      };
      await database.commit(added, rows, snapshots[0] ?? null);
      for (const snapshot of snapshots.slice(1)) await database.commit(added, [], snapshot);
      this.setState((state) => ({ runs: withRun(state.runs, added), problem: null }));
    });
  }

  async read(id: string) {
    const { database } = this;
    await this.keeper?.settle(this.session.run);
    const run = this.find(id);
    if (!database || !run) return null;
    return { run, rows: await database.rows(id), database };
  }

  async rolloutFile(sha256: string): Promise<Uint8Array | null> {
    await this.starting;
    return (await this.database?.rolloutFile(sha256)) ?? null;
  }

  async keepRolloutFile(sha256: string, bytes: Uint8Array): Promise<boolean> {
    await this.starting;
    try {
      await this.database?.keepRolloutFile(sha256, bytes, this.filesInUse());
      return this.database !== null;
    } catch {
      return false;
    }
  }

  /** Files of rollouts that the settings and the run in hand name, which may not be kept yet. */
  private filesInUse(): readonly string[] {
    const { run, settings } = this.session;
    return [settings.getState().config.rolloutFile, run.getState().config?.rolloutFile ?? ''];
  }

  private find(id: string): KeptRun | undefined {
    return this.getState().runs.find((run) => run.id === id);
  }

  private change(id: string, changes: Partial<KeptRun>): void {
    this.setState(({ runs }) => ({ runs: runs.map((run) => (run.id === id ? { ...run, ...changes } : run)) }));
    void this.attempt((database) => database.change(id, changes));
  }

  private ledger(): Ledger {
    return {
      find: (id) => this.find(id),
      christen: (id) => {
        const { runs, shown } = this.getState();
        const beside = runs.filter((run) => shown.includes(run.id));
        return {
          name: nameOf(id, new Set(runs.map(({ name }) => name))),
          color: freeColor(beside.length > 0 ? beside : runs.slice(0, MOST_SHOWN - 1)),
        };
      },
      preset: () => this.session.run.getState().preset,
      written: (run, trouble) => this.written(run, trouble),
    };
  }

  private written(run: KeptRun, trouble: StorageError | null): void {
    if (trouble) return trouble.trouble === 'lost' ? void this.missing() : this.setState({ status: trouble.trouble });
    const isNew = this.find(run.id) === undefined;
    // Name, colour and pin may have been changed while it was being written.
    this.setState(({ runs }) => {
      const before = runs.find(({ id }) => id === run.id);
      const line = before ? { ...run, name: before.name, color: before.color, pinned: before.pinned } : run;
      return { status: 'ready', runs: withRun(runs, line), saved: { id: run.id, steps: run.steps }, offer: null };
    });
    if (!isNew) return;
    this.host.remember(run.id);
    void this.held.take(run.id);
    void this.judgePersistence(true);
  }

  /** Does something with the database; what goes wrong is said, and the page goes on. */
  private async attempt(work: (database: RunDatabase) => Promise<void>): Promise<void> {
    if (!this.database) return;
    try {
      await work(this.database);
    } catch (cause) {
      if (cause instanceof StorageError && cause.trouble === 'full') this.setState({ status: 'full' });
      else this.setState({ problem: text.runs.failed(cause instanceof Error ? cause.message : String(cause)) });
    }
  }
}

export const createLibrary = (session: Session, host: LibraryHost): Library => new RunLibrary(session, host);
