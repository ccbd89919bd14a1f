/** @file The kept runs: listed, opened, forked, named, compared, removed. Knows no React. */
import { text } from '../../ui/text.ts';
import type { WholeRun } from '../files/runFile.ts';
import { lastNumbers } from '../storage/lastNumbers.ts';
import { nameOf } from '../storage/names.ts';
import { type KeptRun, runName } from '../storage/schema.ts';
import { LibraryOpening } from './libraryOpening.ts';
import { HeldRun, type Library, type LibraryHost } from './libraryParts.ts';
import { createRemoval } from './libraryRemoval.ts';
import { LibraryReturns } from './libraryReturns.ts';
import { RunShelf } from './libraryShelf.ts';
import { freeColor, MOST_SHOWN, undrawn, withRun } from './libraryState.ts';
import { newId } from './newId.ts';
import type { Session } from './session.ts';

export type { Library, LibraryHost } from './libraryParts.ts';
export type { LibraryState } from './libraryState.ts';

/** Gives the run another colour if a run drawn beside it has the same. */
function distinguish(shelf: RunShelf, id: string): void {
  const { shown, runs } = shelf.getState();
  const beside = runs.filter(
    (run) => run.id !== id && (shown.includes(run.id) || run.id === shelf.session.run.getState().key),
  );
  const run = shelf.find(id);
  if (run && beside.some(({ color }) => color === run.color)) shelf.change(id, { color: freeColor(beside) });
}

async function toggleShown(shelf: RunShelf, id: string): Promise<void> {
  const { shown } = shelf.getState();
  if (shown.includes(id)) return shelf.setState((state) => undrawn(state, [id]));
  if (shown.length + 1 >= MOST_SHOWN) return shelf.setState({ problem: text.runs.mostShown(MOST_SHOWN) });
  await shelf.attempt(async (database) => {
    const found = await database.rows(id);
    distinguish(shelf, id);
    shelf.setState((state) => ({ rows: { ...state.rows, [id]: found }, shown: [...state.shown, id], problem: null }));
  });
}

const add = (shelf: RunShelf, { run, rows, snapshots }: WholeRun): Promise<void> =>
  shelf.attempt(async (database) => {
    const { runs } = shelf.getState();
    const id = newId();
    const isTaken = runs.some((other) => other.name === run.name);
    const added: KeptRun = {
      ...run,
      id,
      name: isTaken ? nameOf(id, new Set(runs.map((other) => other.name))) : run.name,
      foreign: true,
      pinned: false,
      color: freeColor(runs.slice(0, MOST_SHOWN - 1)),
    };
    await database.commit(added, rows, snapshots[0] ?? null);
    for (const snapshot of snapshots.slice(1)) await database.commit(added, [], snapshot);
    shelf.setState((state) => ({ runs: withRun(state.runs, added), problem: null }));
  });

const rolloutFiles = (shelf: RunShelf, opening: LibraryOpening): Pick<Library, 'file' | 'keepFile'> => ({
  async file(sha256) {
    await opening.starting;
    return (await shelf.database?.file(sha256)) ?? null;
  },
  async keepFile(sha256, bytes) {
    await opening.starting;
    try {
      await shelf.database?.keepFile(sha256, bytes, shelf.filesInUse());
      return shelf.database !== null;
    } catch {
      return false;
    }
  },
});

export function createLibrary(session: Session, host: LibraryHost): Library {
  const shelf = new RunShelf(session);
  const held = new HeldRun(host);
  const { restore, offerUnfinished, goOn, fork, agree } = new LibraryReturns(shelf, host, held);
  const opening = new LibraryOpening(shelf, host, held, offerUnfinished);
  const { getState, getInitialState, subscribe } = shelf;
  return {
    getState,
    getInitialState,
    subscribe,
    restore,
    offerUnfinished,
    goOn,
    fork,
    agree,
    ...createRemoval(shelf),
    ...rolloutFiles(shelf, opening),
    start: () => opening.start(),
    again: () => (shelf.database ? shelf.settle() : opening.start()),
    rename(id, name) {
      const checked = runName.safeParse(name);
      if (!checked.success) return checked.error.issues[0]?.message ?? '';
      shelf.change(id, { name: checked.data });
      return null;
    },
    setPinned: (id, pinned) => shelf.change(id, { pinned }),
    setColor: (id, color) => shelf.change(id, { color }),
    toggleShown: (id) => toggleShown(shelf, id),
    dismiss: () => shelf.setState({ elsewhere: null, foreign: null, offer: null, problem: null }),
    report: (problem) => shelf.setState({ problem }),
    add: (whole) => add(shelf, whole),
    complete: () =>
      shelf.attempt(async (database) => {
        for (const { id, last } of shelf.getState().runs)
          if (!last) shelf.change(id, { last: lastNumbers(await database.rows(id)) });
      }),
    async read(id) {
      await shelf.settle();
      const { database } = shelf;
      const run = shelf.find(id);
      return database && run ? { run, rows: await database.rows(id), database } : null;
    },
  };
}
