/** @file The surroundings of a step: its policy, its task, and the state that the step before has left. */
import type { Task } from '../../tasks/task.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { TrainConfig } from '../config/config.ts';
import type { Learner } from '../learner/learner.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import type { RolloutStore } from '../store/rolloutStore.ts';
import type { Group } from '../trajectory/groups.ts';
import type { Memory } from '../words/memory.ts';

/** What a step needs besides its number. */
export interface StepContext {
  readonly config: TrainConfig;
  readonly task: Task;
  readonly algorithm: Algorithm;
  readonly tokenizer: Tokenizer;
  readonly learner: Learner;
  /** Where reward terms of the user run. */
  readonly sandbox: RewardSandbox;
  /** Longest prompt and completion in tokens. */
  readonly promptLength: number;
  readonly completionLength: number;
  /** What the step before has left. */
  readonly memory: Memory;
  readonly kept: readonly Group[];
  /** What the run learns from offline. */
  readonly store: RolloutStore;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
}
