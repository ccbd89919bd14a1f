/** @file Judged trajectories, in groups by prompt and as rows of a batch. */
import type { Example, Verdict } from '../../tasks/task.ts';
import type { Trajectory } from './trajectory.ts';

export interface Judged {
  readonly verdict: Verdict;
  /** NaN if a term gave no score: the trajectory is left out of the loss. */
  readonly reward: number;
  /** Raw score of each term by id. */
  readonly terms: Readonly<Record<string, number>>;
  /** Scores after clip, gate and centring; the reward is their weighted sum. */
  readonly shapedTerms: Readonly<Record<string, number>>;
}

/** A trajectory with its verdict and reward. */
export interface JudgedTrajectory extends Trajectory, Judged {}

/** The trajectories of one prompt. Sizes may differ from group to group. */
export interface Group {
  readonly example: Example;
  readonly completions: readonly JudgedTrajectory[];
  /** Training steps of the policy that wrote it, 0 for the base; absent if written for the current step. */
  readonly writtenAt?: number;
}

/** Facts of a demonstration beside its text. */
export interface Demonstration {
  /**
   * The task's own program, an oracle that solves every problem: for the prompt of a group, or for a fixed set of
   * prompts. It stands for a better model or for people.
   */
  readonly source: 'solver' | 'solved set';
  /** Id of the task's method that it is written in; empty for a task without methods. */
  readonly style: string;
  readonly quality: 'right' | 'wrong';
  /** Factor of its loss. */
  readonly weight: number;
}

/** A demonstration to be written. */
export interface DemonstrationRequest extends Demonstration {
  readonly example: Example;
  /** Place of the group that it belongs to. */
  readonly group: number;
  /** Names its draws. */
  readonly key: readonly (string | number)[];
}

/** A trajectory as a row of the training batch. */
export interface Row extends JudgedTrajectory {
  /** False for a row that is measured but has no weight in the loss. */
  readonly used: boolean;
  /** Written by an expert. */
  readonly expert: boolean;
  /** Present in an expert's row. */
  readonly demonstration?: Demonstration;
  /** Written in an earlier step, by an older policy. */
  readonly replayed?: boolean;
}

/** Sampling in rounds, counted. */
export interface Rounds {
  readonly attempts: number;
  /** Groups that were sampled and take no part. */
  readonly dropped: number;
  /** Groups that the rounds did not bring. */
  readonly missing: number;
}

export interface Samples {
  /** Groups that advantages are computed over, and that the report shows. */
  readonly groups: readonly Group[];
  /** Groups that were sampled and then dropped. */
  readonly dropped: readonly Group[];
  /** The completions of `groups` in order, then any others. */
  readonly rows: readonly Row[];
  /** The other rows are an expert's and count in the advantages of the group that their `group` numbers. */
  readonly expertsInGroups?: true;
  /** Order in which updates take the rows; ascending if absent. */
  readonly order?: readonly number[];
  /** Groups to replay in later steps; absent if none are kept. */
  readonly kept?: readonly Group[];
  /** Where prompts were sampled until enough groups were mixed. */
  readonly rounds?: Rounds;
}
