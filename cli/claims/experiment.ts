/**
 * @file What a claim compares: arms as flags of `train`, what is measured of each run, and the rules by which it holds,
 * fixed before it is run.
 */
import type { Interval } from '../../src/lib/statistics.ts';
import type { Budget } from '../budget.ts';
import type { Summary } from './summary.ts';

export interface Arm {
  readonly id: string;
  readonly title: string;
  /** Flags of `train` that differ from the experiment's preset. */
  readonly flags: readonly string[];
  /** Why this arm does not reach what the others do, where the theory says so before the run. */
  readonly note?: string;
}

/** A number read off a finished run. */
export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Digits behind the point in the table. */
  readonly digits: number;
  /**
   * The least and the most that it can be, where the unit does not say it; of a change, for this run, which began where
   * it did.
   */
  readonly bounds?: Interval | ((summary: Summary) => Interval);
  /** Null where the run has no such number. */
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
  /** By base, where there are several and the rule is asked of each by itself. */
  readonly bases?: Readonly<Record<string, boolean>>;
}

/** A check without its answer yet. */
export interface Rule {
  readonly rule: string;
  /**
   * It compares bases with each other and sees the runs of all; any other rule sees those of one base at a time and
   * must hold for every base.
   */
  readonly across?: true;
  holds(runs: readonly ExperimentRun[]): boolean;
}

/** Two arms by id, and a metric of both; compared over pairs of runs of one base and seed. */
export interface Comparison {
  readonly of: string;
  readonly against: string;
  readonly metric: string;
}

export interface Experiment {
  readonly id: string;
  /** Number of the paper in the atlas, where it is one's claim. */
  readonly paper?: number;
  readonly claim: string;
  /** How it is measured, in words that a reader needs to judge the figures. */
  readonly method: string;
  readonly preset: string;
  /** Ids of shipped bases; every arm is run from each. */
  readonly policies: readonly string[];
  readonly arms: readonly Arm[];
  readonly metrics: readonly Metric[];
  readonly comparisons?: readonly Comparison[];
  /** What every arm is given; the same number of updates where absent. */
  readonly budget?: Budget;
  /** The claim holds where all of them do, for every base. */
  readonly rules: readonly Rule[];
}

export const runsOf = (runs: readonly ExperimentRun[], arm: string): readonly ExperimentRun[] =>
  runs.filter((run) => run.arm === arm);

/** A rule that every run of an arm must satisfy. An arm without runs satisfies nothing. */
export const everyRun = (arm: string, says: string, holds: (summary: Summary) => boolean): Rule => ({
  rule: `${arm}, every run: ${says}`,
  holds: (runs) => runsOf(runs, arm).length > 0 && runsOf(runs, arm).every(({ summary }) => holds(summary)),
});
