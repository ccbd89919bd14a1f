/** @file The list of kept runs as plain data. */
import type { Row } from '../../ui/charts/series.ts';
import { type KeptRun, type UnreadableRun, RUN_COLORS } from '../storage/schema.ts';
import type { StorageTrouble } from '../storage/storage.ts';

/** Maximal number of runs in the charts, with the current one. */
export const MOST_SHOWN = RUN_COLORS;

export interface LibraryState {
  /** `unloaded`: the storage code could not be loaded. */
  readonly status: 'opening' | 'ready' | 'unloaded' | Exclude<StorageTrouble, 'lost'>;
  /** Whether the browser promised persistent storage; null before the answer, and where it cannot say. */
  readonly persisted: boolean | null;
  /** Newest first. */
  readonly runs: readonly KeptRun[];
  readonly unreadable: readonly UnreadableRun[];
  /** Ids of the runs drawn beside the current one. */
  readonly shown: readonly string[];
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** Written steps of the current run; null before its first. */
  readonly saved: { readonly id: string; readonly steps: number } | null;
  /** A requested run that is open in another tab. */
  readonly elsewhere: KeptRun | null;
  /**
   * A requested run with foreign code, which waits for the user; `step` is where a fork is to begin, null to continue
   * the run.
   */
  readonly foreign: { readonly run: KeptRun; readonly step: number | null } | null;
  /** An unfinished run, offered once. */
  readonly offer: KeptRun | null;
  /** A run that was just removed and can be brought back. */
  readonly removed: KeptRun | null;
  /** Why a single request failed. */
  readonly problem: string | null;
}

export const emptyLibrary: LibraryState = {
  status: 'opening',
  persisted: null,
  runs: [],
  unreadable: [],
  shown: [],
  rows: {},
  saved: null,
  elsewhere: null,
  foreign: null,
  offer: null,
  removed: null,
  problem: null,
};

export const newestFirst = (runs: readonly KeptRun[]): readonly KeptRun[] =>
  runs.toSorted((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));

/** The list with this run in place of the entry with its id. */
export const withRun = (runs: readonly KeptRun[], run: KeptRun): readonly KeptRun[] =>
  newestFirst([...runs.filter(({ id }) => id !== run.id), run]);

/** Changes that take runs out of the charts; their rows are dropped, since they can be read again. */
export function undrawn({ shown, rows }: LibraryState, ids: readonly string[]): Pick<LibraryState, 'shown' | 'rows'> {
  const left = shown.filter((id) => !ids.includes(id));
  return { shown: left, rows: Object.fromEntries(left.map((id) => [id, rows[id] ?? []])) };
}

/** The least used colour among these runs. */
export function freeColor(runs: readonly KeptRun[]): number {
  const uses = Array.from({ length: RUN_COLORS }, (_, color) => runs.filter((run) => run.color === color).length);
  return uses.indexOf(Math.min(...uses));
}

/** Runs that may be deleted for room, oldest first: not pinned, not drawn, not current. */
export const expendable = ({ runs, shown }: LibraryState, current: string): readonly KeptRun[] =>
  runs.filter(({ id, pinned }) => !pinned && id !== current && !shown.includes(id)).toReversed();

/** The newest unfinished run that changed after `since`, or null. */
export const unfinished = (runs: readonly KeptRun[], since: number): KeptRun | null =>
  newestFirst(runs).find(({ steps, config, changed }) => steps > 0 && steps < config.maxSteps && changed > since) ??
  null;
