/** @file Interface of samplings, the first part of a step: they choose the completions to train on. */
import type { DemonstrationRequest, Group, JudgedTrajectory, Row, Samples } from '../trajectory/groups.ts';
import { writtenCount } from '../trajectory/trajectory.ts';
import type { Example } from '../../tasks/task.ts';
import type { Random } from '../../lib/random.ts';
import type { Settings } from '../words/setting.ts';

/** The writer of a task with the fewest wrong demonstrations, and the other. */
export type Writer = 'expert' | 'other';

/** A demonstration of a set that two writers share. */
export interface SetDemonstration {
  /** Number in the set, which decides its problem. */
  readonly index: number;
  readonly writer: Writer;
  /** Whose token the prompt has; not the writer's where the classes are shuffled. */
  readonly named: Writer;
}

/**
 * Tools of a sampling; every draw is keyed by the step, so that calling in another order gives the same.
 */
export interface SamplingTools {
  /** Prompts of a step. */
  readonly promptsPerStep: number;
  readonly settings: Settings;
  /** Training steps of the policy so far. */
  readonly step: number;
  /** Groups kept from earlier steps, the oldest first. */
  readonly kept: readonly Group[];
  /** The offline run's fixed store. */
  stored(): Promise<readonly Group[]>;
  /** The run's random stream for a key. */
  random(...key: (string | number)[]): Random;
  /** `count` groups; another `attempt` draws other prompts. */
  groups(count: number, attempt: number): Promise<Group[]>;
  /** Ids of the task's methods in which demonstrations are written; empty for a task without methods. */
  readonly styles: Readonly<Record<'usual' | 'expert', string>>;
  /** The first `count` training prompts of the run, the same at every step. */
  firstPrompts(count: number): readonly Example[];
  /** The demonstrations in order, written by the task's solver and judged like completions. */
  demonstrations(requests: readonly DemonstrationRequest[]): Promise<JudgedTrajectory[]>;
  /** These demonstrations of the run's fixed set, judged like completions. */
  fromSet(chosen: readonly SetDemonstration[]): Promise<JudgedTrajectory[]>;
}

export type Sampling = (tools: SamplingTools) => Promise<Samples>;

/**
 * Every completion of the groups as a row, in order; unused if its reward is not finite, or if it is cut and
 * `mask_truncated_completions` is set.
 */
export function rowsOfGroups(groups: readonly Group[], { settings }: Pick<SamplingTools, 'settings'>): Row[] {
  return groups.flatMap(({ completions, writtenAt }) =>
    completions.map((completion) => ({
      ...completion,
      used: countsIn(completion, settings),
      expert: false,
      ...(writtenAt === undefined ? {} : { replayed: true }),
    })),
  );
}

/** Whether a completion may have weight in the loss. */
const countsIn = (completion: JudgedTrajectory, settings: Settings): boolean =>
  Number.isFinite(completion.reward) &&
  writtenCount(completion) > 0 &&
  (completion.terminated || !((settings.mask_truncated_completions ?? 0) > 0.5));
