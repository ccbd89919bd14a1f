/** @file Context of a step: configuration, policy, task, and the state from the previous step. */
import type { Task } from '../../tasks/task.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { TrainConfig } from '../config/config.ts';
import type { Learner } from '../learner/learner.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import type { RolloutStore } from '../store/rolloutStore.ts';
import type { Group } from '../trajectory/groups.ts';
import type { Memory } from '../words/memory.ts';

/** Inputs of a step besides its number. */
export interface StepContext {
  readonly config: TrainConfig;
  readonly task: Task;
  readonly algorithm: Algorithm;
  readonly tokenizer: Tokenizer;
  readonly learner: Learner;
  /** Runs the user's reward terms. */
  readonly sandbox: RewardSandbox;
  /** Longest prompt and completion in tokens. */
  readonly promptLength: number;
  readonly completionLength: number;
  /** State from the previous step. */
  readonly memory: Memory;
  readonly kept: readonly Group[];
  /** Prompt and completion tokens of all steps before. */
  readonly tokens: number;
  /** Store of an offline run. */
  readonly store: RolloutStore;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
}
