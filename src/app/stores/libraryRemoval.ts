/** @file Removes kept runs: after a delay in which the removal can be undone, or at once to make room. */
import type { Library } from './libraryParts.ts';
import type { RunShelf } from './libraryShelf.ts';
import { undrawn, withRun } from './libraryState.ts';

/** Milliseconds in which a removed run can be brought back. */
const REGRET = 10_000;

export function createRemoval(shelf: RunShelf): Pick<Library, 'remove' | 'undoRemove' | 'makeRoom'> {
  let regret: { readonly timer: ReturnType<typeof setTimeout>; readonly id: string } | null = null;
  /** Makes the pending removal final. */
  const settle = () => {
    if (!regret) return;
    const { timer, id } = regret;
    clearTimeout(timer);
    regret = null;
    shelf.setState({ removed: null });
    shelf.keeper?.forget(id);
    void shelf.attempt((database) => database.remove(id, shelf.filesInUse()));
  };
  return {
    remove(id) {
      settle();
      const run = shelf.find(id);
      if (run) regret = { id, timer: setTimeout(settle, REGRET) };
      else void shelf.attempt((database) => database.remove(id, shelf.filesInUse()));
      shelf.setState((state) => ({
        ...undrawn(state, [id]),
        runs: state.runs.filter((other) => other.id !== id),
        unreadable: state.unreadable.filter((other) => other.id !== id),
        removed: run ?? null,
      }));
    },
    undoRemove() {
      const { removed } = shelf.getState();
      if (regret) clearTimeout(regret.timer);
      regret = null;
      shelf.setState(({ runs }) => ({ removed: null, runs: removed ? withRun(runs, removed) : runs }));
    },
    makeRoom: (ids) =>
      shelf.attempt(async (database) => {
        for (const id of ids) await database.remove(id, shelf.filesInUse());
        shelf.setState(({ runs }) => ({ status: 'ready', runs: runs.filter(({ id }) => !ids.includes(id)) }));
        await shelf.settle();
      }),
  };
}
