/**
 * @file An experiment: arms as flags of `train`, the metrics of each run, and the rules by which its claim holds, fixed
 * before any run.
 */
import type { Interval } from '../../src/lib/statistics.ts';
import type { Budget } from '../budget.ts';
import type { Summary } from './summary.ts';

export interface Arm {
  readonly id: string;
  readonly title: string;
  /** Flags of `train` that differ from the experiment's preset. */
  readonly flags: readonly string[];
  /** Why this arm does not reach the level of the others, if theory says so beforehand. */
  readonly note?: string;
}

export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Decimals in the table. */
  readonly digits: number;
  /** Bounds, if the unit does not imply them; of a change, for this run and its start. */
  readonly bounds?: Interval | ((summary: Summary) => Interval);
  /** Null if the run lacks the number. */
  of(summary: Summary): number | null;
}

export interface ExperimentRun {
  readonly policy: string;
  readonly arm: string;
  readonly seed: number;
  readonly summary: Summary;
}

export interface Check {
  readonly rule: string;
  readonly holds: boolean;
  /** By base, if there are several and the rule is judged for each. */
  readonly bases?: Readonly<Record<string, boolean>>;
}

/** A check before it is judged. */
export interface Rule {
  readonly rule: string;
  /**
   * The rule compares bases with each other and gets the runs of all; any other rule gets those of one base and must
   * hold for every base.
   */
  readonly across?: true;
  holds(runs: readonly ExperimentRun[]): boolean;
}

/** Two arms by id, and a metric of both; compared over pairs of runs with the same base and seed. */
export interface Comparison {
  readonly of: string;
  readonly against: string;
  readonly metric: string;
}

export interface Experiment {
  readonly id: string;
  /** Number of the paper in the atlas, if the claim is a paper's. */
  readonly paper?: number;
  readonly claim: string;
  /** The method of measurement, as far as a reader needs it to judge the numbers. */
  readonly method: string;
  readonly preset: string;
  /** Ids of shipped bases; every arm is run from each. */
  readonly policies: readonly string[];
  readonly arms: readonly Arm[];
  readonly metrics: readonly Metric[];
  readonly comparisons?: readonly Comparison[];
  /** The budget of every arm; absent for the same number of updates. */
  readonly budget?: Budget;
  /** The claim holds if all of them hold, for every base. */
  readonly rules: readonly Rule[];
}

export const runsOf = (runs: readonly ExperimentRun[], arm: string): readonly ExperimentRun[] =>
  runs.filter((run) => run.arm === arm);

/** A rule that every run of an arm must satisfy; false for an arm without runs. */
export const everyRun = (arm: string, says: string, holds: (summary: Summary) => boolean): Rule => ({
  rule: `${arm}, every run: ${says}`,
  holds: (runs) => runsOf(runs, arm).length > 0 && runsOf(runs, arm).every(({ summary }) => holds(summary)),
});
