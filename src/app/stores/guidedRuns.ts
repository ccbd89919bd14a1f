/**
 * @file Runs requested by an atlas entry or a lesson: opened with given settings, trained at once, named, and drawn
 * beside the runs they are compared with.
 */
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import { currentLink, readLink } from '../url.ts';
import { sameConfig } from './configChanges.ts';
import type { Library } from './library.ts';
import { MOST_SHOWN } from './libraryState.ts';
import type { Begin } from './runStore.ts';
import type { Session } from './session.ts';

export interface GuidedRun {
  /** The settings, or the words of a link. */
  readonly words: URLSearchParams | Wanted;
  /** A name for the run; without it the list gives one. */
  readonly name?: string;
  /** Ids of the only runs to be drawn beside it; without them the drawn runs stay. */
  readonly beside?: readonly string[];
  /** The step of another run at which it begins; without it, step 0. */
  readonly begin?: Begin | undefined;
}

/** Longest name that the list takes. */
export const NAME = 60;

/** Calls `then` once the list has the run, which is after its first step; gives up when another run becomes current. */
function whenKept(session: Session, library: Library, key: string, then: () => void): void {
  const stop = library.subscribe(({ runs }) => {
    const isKept = runs.some(({ id }) => id === key);
    if (!isKept && session.run.getState().key === key) return;
    stop();
    if (isKept) then();
  });
}

/** Draws only these runs, as many as fit beside the current one. */
export async function drawOnly(library: Library, ids: readonly string[]): Promise<void> {
  const wanted = ids.slice(-(MOST_SHOWN - 1));
  for (const id of library.getState().shown) if (!wanted.includes(id)) await library.toggleShown(id);
  for (const id of wanted) {
    // `read` waits until all steps of a run that was just replaced are written.
    const kept = await library.read(id);
    if (kept && !library.getState().shown.includes(id)) await library.toggleShown(id);
  }
}

export interface GuidedParts {
  readonly session: Session;
  readonly library: Library;
  readonly tasks: readonly Task[];
}

/** Settings of a run to open. */
export interface Wanted {
  readonly preset: string;
  readonly config: TrainConfig;
}

/** The settings that the words of a link ask for, without code that the words bring. */
export const wantedConfig = (words: URLSearchParams, tasks: readonly Task[]): Wanted => {
  const { preset, config } = readLink('', `#${currentLink}&${words}`, tasks);
  return { preset, config };
};

/** Opens a run with these settings and does not train it; does nothing if the current run is such a run. */
export const prepareGuided = (parts: GuidedParts, words: URLSearchParams): void =>
  prepare(parts, wantedConfig(words, parts.tasks));

function prepare({ session }: GuidedParts, { preset, config }: Wanted, begin?: Begin): void {
  const { step, config: current, status } = session.run.getState();
  if (!begin && step === 0 && status !== 'failed' && current && sameConfig(current, config))
    session.settings.adopt({ preset, config });
  else void session.openWith(preset, config, begin);
}

/**
 * Trains a run with these settings from its beginning as soon as it is open, also on a page that has loaded nothing
 * yet; answers the id of the run.
 */
export function startGuided(parts: GuidedParts, { words, name, beside, begin }: GuidedRun): string {
  const { session, library } = parts;
  prepare(parts, words instanceof URLSearchParams ? wantedConfig(words, parts.tasks) : words, begin);
  if (session.run.getState().status === 'loading') session.run.arm(true);
  // A running run may be in its first step.
  else if (session.run.getState().status !== 'running') void session.toggle();
  const { key } = session.run.getState();
  if (name !== undefined) whenKept(session, library, key, () => library.rename(key, name.slice(0, NAME)));
  if (beside) void drawOnly(library, beside);
  return key;
}
