/** @file Runs that an atlas entry or a lesson asks for: opened with given settings, trained at once, named, and drawn beside those they are compared with. */
import type { Task } from '../../tasks/task.ts';
import { readLink } from '../url.ts';
import type { Library } from './library.ts';
import { MOST_SHOWN } from './libraryState.ts';
import type { Session } from './session.ts';

export interface GuidedRun {
  /** The settings as a link writes them. */
  readonly words: URLSearchParams;
  readonly name: string;
  /** Ids of the runs that it is to be compared with. */
  readonly beside: readonly string[];
}

/** Longest name that the list takes. */
const NAME = 60;

/** Calls `then` when the list has the run, which it has from its first step on; gives up when another run is in hand. */
function whenKept(session: Session, library: Library, key: string, then: () => void): void {
  const stop = library.subscribe(({ runs }) => {
    const isKept = runs.some(({ id }) => id === key);
    if (!isKept && session.run.getState().key === key) return;
    stop();
    if (isKept) then();
  });
}

/** Draws these runs, as many as fit beside the one in hand, and no others. */
async function showOnly(library: Library, ids: readonly string[]): Promise<void> {
  const wanted = ids.slice(-(MOST_SHOWN - 1));
  for (const id of library.getState().shown) if (!wanted.includes(id)) await library.toggleShown(id);
  for (const id of wanted) {
    // Reading waits until all steps of a run that was just replaced are written.
    const kept = await library.read(id);
    if (kept && !library.getState().shown.includes(id)) await library.toggleShown(id);
  }
}

/** Opens the run and trains it as soon as it is there, also from a page that has loaded nothing yet; answers the run's id. */
export function startGuided({ session, library, tasks }: { readonly session: Session; readonly library: Library; readonly tasks: readonly Task[] }, wanted: GuidedRun): string {
  const { preset, config } = readLink('', `#${wanted.words}`, tasks);
  void session.openWith(preset, config);
  session.run.arm(true);
  const { key } = session.run.getState();
  whenKept(session, library, key, () => library.rename(key, wanted.name.slice(0, NAME)));
  void showOnly(library, wanted.beside);
  return key;
}
