/** @file A comparison: its state as plain data, and its actions. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { StoredArm, StoredResult } from '../../lessons/storedResult.ts';
import type { Task } from '../../tasks/task.ts';
import type { ArmRuns } from '../../ui/charts/arms.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { Plan, PlannedRun } from './comparisonPlan.ts';
import type { PlanShelf } from './comparisonShelf.ts';
import type { Library } from './library.ts';
import type { PlaceStore } from './placeStore.ts';
import type { Session } from './session.ts';

/** Why a comparison stopped before its end; `unknown`: the next arm names a task or setting that is not here. */
export type Stop = 'failed' | 'left' | 'changed' | 'unknown';

export interface ComparisonState {
  /** The stored result of single arms; null for a plan that continues by itself. */
  readonly result: StoredResult | null;
  readonly plan: Plan | null;
  /** Single arms, each begun by a click; no run begins by itself. */
  readonly single: boolean;
  /**
   * `kept`: the plan was found in the browser, and its runs are not read yet. `offered`: it came by a link and waits for
   * a click.
   */
  readonly phase: 'going' | 'waiting' | 'kept' | 'offered' | 'done';
  readonly stop: Stop | null;
  /** The kept runs are being read. */
  readonly reviving: boolean;
  readonly problem: string | null;
  /** The run that was begun last. */
  readonly current: PlannedRun | null;
  /** Rows of the drawn runs, by id. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** Arms with at least one drawn run, in the order of the plan. An arm without a new run stays the same object. */
  readonly drawn: readonly ArmRuns[];
  /** Comparisons kept in the browser, newest first. */
  readonly kept: readonly Plan[];
}

export const noComparison: ComparisonState = {
  result: null,
  plan: null,
  single: false,
  phase: 'done',
  stop: null,
  reviving: false,
  problem: null,
  current: null,
  rows: {},
  drawn: [],
  kept: [],
};

export interface Comparison extends ReadableStore<ComparisonState> {
  /** Trains one arm of a stored result in the playground, with the arms trained before drawn beside it. */
  run(result: StoredResult, arm: StoredArm): void;
  /** Trains all runs of the plan, one after the other. */
  start(plan: Plan): void;
  /** Shows a plan that came by a link. It trains nothing before `start`. */
  offer(plan: Plan): void;
  /** Opens a kept comparison with its finished runs. */
  open(plan: Plan): Promise<void>;
  /** Trains the missing runs; if none is missing, shows the kept ones. */
  goOn(): Promise<void>;
  /** How many times slower than Node this machine trained the result’s preset; null where it did not yet. */
  slowness(result: StoredResult): number | null;
  /** Among single arms the one after the newest, or null. */
  next(): StoredArm | null;
  /** Closes the comparison; it stays among the kept ones. */
  readonly end: () => void;
  /** Forgets a kept comparison; its runs stay in the list of runs. */
  forget(plan: Plan): void;
}

export interface ComparisonParts {
  readonly session: Session;
  readonly library: Library;
  readonly place: PlaceStore;
  readonly tasks: readonly Task[];
  readonly shelf: PlanShelf;
  /** Reads a stored result. */
  readonly load: (experiment: string) => Promise<StoredResult>;
}
