/** @file What a live comparison is as plain data, and what can be asked of it. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import type { StoredArm, StoredResult } from '../../lessons/storedResult.ts';
import type { Task } from '../../tasks/task.ts';
import type { ArmRuns } from '../../ui/charts/arms.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { Plan, PlannedRun, PlanShelf } from './comparisonPlan.ts';
import type { Library } from './library.ts';
import type { PlaceStore } from './placeStore.ts';
import type { Session } from './session.ts';

/** Why a comparison does not go on by itself. */
export type Stop = 'failed' | 'left' | 'changed';

export interface ComparisonState {
  /** What is being run again; null while there is nothing, and after a reload until it is asked for. */
  readonly result: StoredResult | null;
  readonly plan: Plan | null;
  /** Single arms, each begun by a click: nothing goes on by itself. */
  readonly single: boolean;
  /** `kept`: found in the browser after a reload, and nothing of it shown yet. */
  readonly phase: 'going' | 'waiting' | 'kept' | 'done';
  readonly stop: Stop | null;
  /** Reading what was kept, or why it could not be read. */
  readonly reviving: boolean;
  readonly problem: string | null;
  /** The run that was begun last. */
  readonly hand: PlannedRun | null;
  /** Of the runs that are drawn, by id. */
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /**
   * Arms with at least one such run, in the order of the plan; an arm that gained none is the same object as before.
   */
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
  hand: null,
  rows: {},
  drawn: [],
};

export interface Choice {
  /** Ids, in the order of the stored result. */
  readonly arms: readonly string[];
  readonly seeds: number;
  /** Most steps of each run; null leaves them as stored. */
  readonly steps: number | null;
}

export interface Comparison extends ReadableStore<ComparisonState> {
  /** Trains one arm in the playground, with the arms that were trained before drawn beside it. */
  run(result: StoredResult, arm: StoredArm): void;
  /** Trains all of these, one after the other. */
  start(result: StoredResult, choice: Choice): void;
  /** Goes on with what is missing, or shows what was kept where nothing is. */
  goOn(): Promise<void>;
  /** Steps that an arm has as it is stored. */
  stepsOf(result: StoredResult, arm: string): number;
  /** Of single arms the one after that in hand, or null. */
  next(): StoredArm | null;
  readonly end: () => void;
}

export interface ComparisonParts {
  readonly session: Session;
  readonly library: Library;
  readonly place: PlaceStore;
  readonly tasks: readonly Task[];
  readonly shelf: PlanShelf;
  /** Reads a stored result again. */
  readonly load: (experiment: string) => Promise<StoredResult>;
}
