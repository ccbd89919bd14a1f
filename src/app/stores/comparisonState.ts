/** @file A live comparison: its state as plain data, and its actions. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { StoredArm, StoredResult } from '../../lessons/storedResult.ts';
import type { Task } from '../../tasks/task.ts';
import type { ArmRuns } from '../../ui/charts/arms.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { Plan, PlannedRun, PlanShelf } from './comparisonPlan.ts';
import type { Library } from './library.ts';
import type { PlaceStore } from './placeStore.ts';
import type { Session } from './session.ts';

/** Why a comparison stopped before its end. */
export type Stop = 'failed' | 'left' | 'changed';

export interface ComparisonState {
  /** The stored result; null without a comparison, and after a reload until the user continues. */
  readonly result: StoredResult | null;
  readonly plan: Plan | null;
  /** Single arms, each begun by a click; no run begins by itself. */
  readonly single: boolean;
  /** `kept`: the plan was found in the browser after a reload, and its runs are not read yet. */
  readonly phase: 'going' | 'waiting' | 'kept' | 'done';
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
};

export interface Choice {
  /** Ids, in the order of the stored result. */
  readonly arms: readonly string[];
  readonly seeds: number;
  /** Maximal steps per run; null keeps the steps of the stored result. */
  readonly steps: number | null;
}

export interface Comparison extends ReadableStore<ComparisonState> {
  /** Trains one arm in the playground, with the arms trained before drawn beside it. */
  run(result: StoredResult, arm: StoredArm): void;
  /** Trains all chosen arms and seeds, one run after the other. */
  start(result: StoredResult, choice: Choice): void;
  /** Trains the missing runs; if none is missing, shows the kept ones. */
  goOn(): Promise<void>;
  /** Steps of an arm in the stored result. */
  stepsOf(result: StoredResult, arm: string): number;
  /** How many times slower than Node this machine trained the result’s preset; null where it did not yet. */
  slowness(result: StoredResult): number | null;
  /** Among single arms the one after the newest, or null. */
  next(): StoredArm | null;
  readonly end: () => void;
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
