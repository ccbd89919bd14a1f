/**
 * @file Runs that an atlas entry or a lesson asks for: opened with given settings, trained at once, named, and drawn
 * beside those they are compared with.
 */
import type { Task } from '../../tasks/task.ts';
import { currentLink, readLink } from '../url.ts';
import { sameConfig } from './configChanges.ts';
import type { Library } from './library.ts';
import { MOST_SHOWN } from './libraryState.ts';
import type { Session } from './session.ts';

export interface GuidedRun {
  /** The settings as a link writes them. */
  readonly words: URLSearchParams;
  /** Where it is to have one of its own. */
  readonly name?: string;
  /** Ids of the runs that it is to be drawn with and no others; without them those that are drawn stay. */
  readonly beside?: readonly string[];
}

/** Longest name that the list takes. */
export const NAME = 60;

/**
 * Calls `then` when the list has the run, which it has from its first step on; gives up when another run is in hand.
 */
function whenKept(session: Session, library: Library, key: string, then: () => void): void {
  const stop = library.subscribe(({ runs }) => {
    const isKept = runs.some(({ id }) => id === key);
    if (!isKept && session.run.getState().key === key) return;
    stop();
    if (isKept) then();
  });
}

/** Draws these runs, as many as fit beside the one in hand, and no others. */
export async function drawOnly(library: Library, ids: readonly string[]): Promise<void> {
  const wanted = ids.slice(-(MOST_SHOWN - 1));
  for (const id of library.getState().shown) if (!wanted.includes(id)) await library.toggleShown(id);
  for (const id of wanted) {
    // Reading waits until all steps of a run that was just replaced are written.
    const kept = await library.read(id);
    if (kept && !library.getState().shown.includes(id)) await library.toggleShown(id);
  }
}

export interface GuidedParts {
  readonly session: Session;
  readonly library: Library;
  readonly tasks: readonly Task[];
}

/** What a link's words ask for. */
export const wantedConfig = (words: URLSearchParams, tasks: readonly Task[]) => {
  const { preset, config } = readLink('', `#${currentLink}&${words}`, tasks);
  return { preset, config };
};

/** Opens a run with these settings and trains nothing yet, unless such a run is in hand already. */
export function prepareGuided({ session, tasks }: GuidedParts, words: URLSearchParams): void {
  const { preset, config } = wantedConfig(words, tasks);
  const { step, config: inHand, status } = session.run.getState();
  if (step === 0 && status !== 'failed' && inHand && sameConfig(inHand, config))
    session.settings.adopt({ preset, config });
  else void session.openWith(preset, config);
}

/**
 * Trains a run of these settings from its beginning as soon as it is there, also from a page that has loaded nothing
 * yet; answers the run's id.
 */
export function startGuided(parts: GuidedParts, { words, name, beside }: GuidedRun): string {
  const { session, library } = parts;
  prepareGuided(parts, words);
  if (session.run.getState().status === 'loading') session.run.arm(true);
  // Its first step may be under way.
  else if (session.run.getState().status !== 'running') void session.toggle();
  const { key } = session.run.getState();
  if (name !== undefined) whenKept(session, library, key, () => library.rename(key, name.slice(0, NAME)));
  if (beside) void drawOnly(library, beside);
  return key;
}
