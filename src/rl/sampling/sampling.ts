/** @file The first part of a step: which completions it is made of. What a sampling is given, and what it gives. */
import type { Random } from '../../lib/random.ts';
import type { Example } from '../../tasks/task.ts';
import type { Settings } from '../algorithm.ts';
import type { StepMetrics } from '../metrics.ts';
import type { Judged } from '../reward.ts';
import type { Rollout } from '../rollout/rollout.ts';

/** A completion and what it earned. */
export interface JudgedRollout extends Judged {
  readonly rollout: Rollout;
}

/** One prompt and its completions. */
export interface Group {
  readonly example: Example;
  readonly completions: readonly JudgedRollout[];
  /** Steps that its writer had trained, 0 being the base; absent where the policy wrote it for this step. */
  readonly writtenAt?: number;
}

/** One row of the batch that is learnt from. */
export interface Row {
  readonly completion: JudgedRollout;
  /** Takes part in the loss; a row that does not is only measured. */
  readonly used: boolean;
  /** Written by an expert. */
  readonly expert: boolean;
  /** Not written for this step, so that the policy has moved since. */
  readonly replayed?: boolean;
}

export interface Samples {
  /** What advantages are made of and people look into. */
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

/**
 * What a sampling is written with; every draw is keyed by the step, so that calling in another order gives the same.
 */
export interface SamplingTools {
  /** Prompts of a step. */
  readonly promptsPerStep: number;
  readonly settings: Settings;
  /** Steps that the policy has trained. */
  readonly step: number;
  /** Groups of steps before, the oldest first. */
  readonly kept: readonly Group[];
  /** The fixed store of the run. */
  stored(): Promise<readonly Group[]>;
  /** The run's stream of that name. */
  random(...key: (string | number)[]): Random;
  /** `count` groups; another `attempt` draws other prompts. */
  groups(count: number, attempt: number): Promise<Group[]>;
  /** `each` demonstrations for every group's prompt, judged like completions. */
  demonstrations(groups: readonly Group[], each: number): Promise<JudgedRollout[]>;
}

export type Sampling = (tools: SamplingTools) => Promise<Samples>;

/**
 * Every completion of the groups as a row, in order. A reward that is no number, or a cut completion where those are
 * masked, takes no part.
 */
export function rowsOfGroups(groups: readonly Group[], { settings }: Pick<SamplingTools, 'settings'>): Row[] {
  return groups.flatMap(({ completions, writtenAt }) =>
    completions.map((completion) => ({
      completion,
      used: countsIn(completion, settings),
      expert: false,
      ...(writtenAt === undefined ? {} : { replayed: true }),
    })),
  );
}

/** Whether a completion may take part in the loss. */
export const countsIn = ({ rollout, reward }: JudgedRollout, settings: Settings): boolean =>
  Number.isFinite(reward) &&
  rollout.completionIds.length > 0 &&
  (rollout.terminated || !((settings.mask_truncated_completions ?? 0) > 0.5));
