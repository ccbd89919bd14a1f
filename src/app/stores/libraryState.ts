/** @file The list of kept runs as plain data. */
import type { Row } from '../../ui/charts/series.ts';
import { type KeptRun, type UnreadableRun, RUN_COLORS } from '../storage/schema.ts';
import type { StorageTrouble } from '../storage/storage.ts';

/** Runs in the charts at once, the one in hand included. */
export const MOST_SHOWN = RUN_COLORS;

export interface LibraryState {
  /** `unloaded`: the code that keeps runs did not arrive. */
  readonly status: 'opening' | 'ready' | 'unloaded' | Exclude<StorageTrouble, 'lost'>;
  /**
   * Whether the browser has promised to keep the runs when it is short of room; null before it was asked, and where it
   * cannot be.
   */
  readonly persisted: boolean | null;
  /** Newest first. */
  readonly runs: readonly KeptRun[];
  readonly unreadable: readonly UnreadableRun[];
  /** Ids of the runs drawn beside the one in hand. */
  readonly shown: readonly string[];
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** Steps that are written, of the run in hand; null before its first. */
  readonly saved: { readonly id: string; readonly steps: number } | null;
  /** A run that was asked for and is open in another tab. */
  readonly elsewhere: KeptRun | null;
  /**
   * A run that was asked for and holds code of somebody else, which waits for a person; `step` is where a fork is to
   * begin, null for going on.
   */
  readonly foreign: { readonly run: KeptRun; readonly step: number | null } | null;
  /** A run that stopped on its way, offered once. */
  readonly offer: KeptRun | null;
  /** Removed a moment ago; can be brought back. */
  readonly removed: KeptRun | null;
  /** The sentence about what went wrong with a single request. */
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

/** The list with this line in place of the older one. */
export const withRun = (runs: readonly KeptRun[], run: KeptRun): readonly KeptRun[] =>
  newestFirst([...runs.filter(({ id }) => id !== run.id), run]);

/** The colour that the fewest of these runs have. */
export function freeColor(runs: readonly KeptRun[]): number {
  const uses = Array.from({ length: RUN_COLORS }, (_, color) => runs.filter((run) => run.color === color).length);
  return uses.indexOf(Math.min(...uses));
}

/** Runs to give up when there is no room, oldest first: neither pinned, nor drawn, nor in hand. */
export const expendable = ({ runs, shown }: LibraryState, inHand: string): readonly KeptRun[] =>
  runs.filter(({ id, pinned }) => !pinned && id !== inHand && !shown.includes(id)).toReversed();

/** The newest run that stopped on its way, not older than `since`. */
export const unfinished = (runs: readonly KeptRun[], since: number): KeptRun | null =>
  newestFirst(runs).find(({ steps, config, changed }) => steps > 0 && steps < config.maxSteps && changed > since) ??
  null;
