/** @file Judged trajectories, in groups by prompt and as rows of a batch. */
import type { StepMetrics } from '../metrics/catalogue.ts';
import type { Example, Verdict } from '../../tasks/task.ts';
import type { Trajectory } from './trajectory.ts';

export interface Judged {
  readonly verdict: Verdict;
  /** NaN where a term gave none: the trajectory takes no part. */
  readonly reward: number;
  /** Score of each term by id, as it came. */
  readonly terms: Readonly<Record<string, number>>;
  /** The same after clip, gate and centring; the reward is their weighted sum. */
  readonly shapedTerms: Readonly<Record<string, number>>;
}

/** A trajectory with its verdict and reward. */
export interface JudgedTrajectory extends Trajectory, Judged {}

/** Trajectories that are compared with each other: those of one prompt. Sizes may differ from group to group. */
export interface Group {
  readonly example: Example;
  readonly completions: readonly JudgedTrajectory[];
  /** Steps that its writer had trained, 0 being the base; absent where the policy wrote it for this step. */
  readonly writtenAt?: number;
}

/** A trajectory as a row of the batch that is learnt from. */
export interface Row extends JudgedTrajectory {
  /** Takes part in the loss; a row that does not is only measured. */
  readonly used: boolean;
  /** Written by an expert. */
  readonly expert: boolean;
  /** Not written for this step, so that the policy has moved since. */
  readonly replayed?: boolean;
}

export interface Samples {
  /** Advantages are made of these groups, and the report shows them. */
  readonly groups: readonly Group[];
  /** Sampled too, and dropped. */
  readonly dropped: readonly Group[];
  /** The completions of all groups in their order, then any others. */
  readonly rows: readonly Row[];
  /** The order in which an update takes the rows; as they are where absent. */
  readonly order?: readonly number[];
  /** Groups for the steps after to learn from again; absent where none are kept. */
  readonly kept?: readonly Group[];
  readonly metrics: StepMetrics;
}
