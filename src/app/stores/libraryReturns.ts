/** @file Opens a kept run again: after a reload, from the list, or as a fork. */
import type { TrainConfig } from '../../rl/config/config.ts';
import { codeOf, type KeptRun } from '../storage/schema.ts';
import { sameConfig } from './configChanges.ts';
import type { HeldRun, Library, LibraryHost } from './libraryParts.ts';
import type { RunShelf } from './libraryShelf.ts';
import { type LibraryState, undrawn, unfinished } from './libraryState.ts';
import { newId } from './newId.ts';

const DAY = 86_400_000;

type Returns = Pick<Library, 'restore' | 'offerUnfinished' | 'goOn' | 'fork' | 'agree'>;

export class LibraryReturns implements Returns {
  constructor(
    private readonly shelf: RunShelf,
    private readonly host: LibraryHost,
    private readonly held: HeldRun,
  ) {}

  restore = async (link: TrainConfig): Promise<boolean> => {
    const { session } = this.shelf;
    const id = this.host.recall();
    const run = id === null ? undefined : this.shelf.find(id);
    if (run && run.steps > 0 && sameConfig(run.config, link)) {
      await this.goOn(run.id);
      const isBack = session.run.getState().key === run.id;
      // The run was trained here with the code that the link brings, so the user has accepted it already.
      if (isBack) session.settings.forgetOffers();
      return isBack;
    }
    await this.offerUnfinished();
    return false;
  };

  offerUnfinished = async (): Promise<void> => {
    const { shelf } = this;
    const mayOffer = () => !shelf.getState().elsewhere && shelf.session.run.getState().step === 0;
    const offer = unfinished(shelf.getState().runs, this.host.now() - 7 * DAY);
    if (!offer || !mayOffer()) return;
    // Another tab may be training the run now; then it has not stopped.
    const isFree = await this.held.isFree(offer.id);
    if (mayOffer()) shelf.setState(isFree ? { offer } : { elsewhere: offer });
  };

  goOn = (id: string): Promise<void> =>
    this.shelf.attempt(async (database) => {
      const { shelf } = this;
      const run = shelf.find(id);
      if (!run || shelf.session.run.getState().key === id) return;
      if (this.mustAsk(run, null)) return;
      if (!(await this.held.take(id))) return shelf.setState({ elsewhere: run, offer: null });
      const rows = await database.rows(id);
      shelf.keeper?.knows(id, rows);
      const step = Math.min(run.steps, rows.at(-1)?.step ?? 0);
      await this.comeBack(run, step, rows, { id, parent: run.parent });
    });

  fork = (id: string, step: number): Promise<void> =>
    this.shelf.attempt(async (database) => {
      await this.shelf.settle();
      const run = this.shelf.find(id);
      if (!run || this.mustAsk(run, step)) return;
      const rows = await database.rows(id);
      await this.comeBack(run, Math.min(step, run.steps), rows, { id: newId(), parent: { id, name: run.name, step } });
    });

  agree = async (): Promise<void> => {
    const { foreign } = this.shelf.getState();
    if (!foreign) return;
    this.shelf.setState({ foreign: null });
    this.shelf.change(foreign.run.id, { foreign: false });
    await (foreign.step === null ? this.goOn(foreign.run.id) : this.fork(foreign.run.id, foreign.step));
  };

  /** Whether the run holds foreign code that the user has not accepted; the page then asks. */
  private mustAsk(run: KeptRun, step: number | null): boolean {
    const asks = run.foreign === true && codeOf(run.config).length > 0;
    if (asks) this.shelf.setState({ foreign: { run, step } });
    return asks;
  }

  private async comeBack(
    run: KeptRun,
    step: number,
    rows: LibraryState['rows'][string],
    { id, parent }: { readonly id: string; readonly parent: KeptRun['parent'] },
  ): Promise<void> {
    const { shelf } = this;
    const snapshot = (await shelf.database?.snapshot(run.id, step)) ?? null;
    shelf.setState({ elsewhere: null, foreign: null, offer: null, problem: null });
    // The current run must not also be drawn as another run.
    shelf.setState((state) => undrawn(state, [id]));
    this.host.remember(id);
    const upTo = rows.filter((row) => row.step <= step);
    await shelf.session.comeBack(
      { key: id, parent, initial: run.initial, adjusted: run.adjusted === true, rows: upTo, step, snapshot },
      run.preset,
    );
  }
}
