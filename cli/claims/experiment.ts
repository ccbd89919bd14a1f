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
  /** Reward by step, of an arm whose curve is kept. */
  readonly rewards?: readonly number[] | undefined;
}

/** The paper's own claim, or a question of this page beside it. */
export type Origin = 'paper' | 'ours';

export interface Check {
  readonly rule: string;
  /** Absent in results from before rules were marked: the paper's. */
  readonly of?: Origin;
  readonly holds: boolean;
  /** By base, if there are several and the rule is judged for each. */
  readonly bases?: Readonly<Record<string, boolean>>;
}

/** A check before it is judged. */
export interface Rule {
  /** `{id}` stands for the title of the arm with that id. */
  readonly rule: string;
  /** The verdict reads the paper's rules alone; the paper's by default. */
  readonly of?: Origin;
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

/** The number that the paper argues with: drawn first, and the winner is the arm with the best mean of it. */
export interface Measure {
  readonly metric: string;
  readonly best: 'highest' | 'lowest';
  /** Ids of the arms that compete; all by default. */
  readonly arms?: readonly string[];
}

/** Learning rates that a sweep tries for each arm on the pilot's first seed. */
export interface Sweep {
  readonly rates: readonly number[];
  /** Ids of the arms; all by default. */
  readonly arms?: readonly string[];
}

/** A comparison of two arms that the page trains within a minute, with its own rule. */
export interface Live {
  readonly of: string;
  readonly against: string;
  readonly side: 'above' | 'below';
  /** Id of an arm that is drawn beside them as recorded. */
  readonly recorded: string;
}

/** How a result is drawn beside the figure of its arms. */
export type Figure =
  | {
      /** Two metrics by id against each other, with the exact frontier of reward and divergence if the task has one. */
      readonly kind: 'pareto';
      readonly x: string;
      readonly y: string;
      /** Of the x axis; linear if absent. */
      readonly scale?: 'log';
    }
  | {
      /** A table of metrics by id, coloured by value: one row for each stage, one column for each task. */
      readonly kind: 'matrix';
      readonly columns: readonly string[];
      readonly rows: readonly { readonly title: string; readonly metrics: readonly string[] }[];
    };

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
  /** Id of the arm of the paper's method. */
  readonly methodArm?: string;
  readonly measure?: Measure;
  /** Judged on runs of the pilot before any other: without them base and task could not show the claim. */
  readonly preconditions?: readonly Rule[];
  /** The comparison whose power decides the number of seeds. */
  readonly power?: Comparison;
  readonly sweep?: Sweep;
  readonly live?: Live;
  readonly figure?: Figure;
  /** Sentences under the figure: the claims that it decides, and its answer to each. */
  readonly says?: (runs: readonly ExperimentRun[]) => readonly string[];
  /** A finding in one sentence, beside a winner that is not the method; null for none. */
  readonly finding?: (runs: readonly ExperimentRun[]) => string | null;
  /** Bases on which all rules of the paper must hold; all of them by default. */
  readonly leastBases?: number;
  /** The claim holds if all of the paper's hold. */
  readonly rules: readonly Rule[];
}

/** A rule of this page, which the verdict does not read. */
export const ours = (rule: Rule): Rule => ({ ...rule, of: 'ours' });

export const runsOf = (runs: readonly ExperimentRun[], arm: string): readonly ExperimentRun[] =>
  runs.filter((run) => run.arm === arm);

/** A rule that every run of an arm must satisfy; false for an arm without runs. */
export const everyRun = (arm: string, says: string, holds: (summary: Summary) => boolean): Rule => ({
  rule: `{${arm}}, every run: ${says}`,
  holds: (runs) => runsOf(runs, arm).length > 0 && runsOf(runs, arm).every(({ summary }) => holds(summary)),
});
