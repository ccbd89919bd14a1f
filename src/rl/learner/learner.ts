/**
 * @file The interface of learners: slots of parameters over one frozen policy, sampled, read and trained by name.
 */
import type { GradientBatch, Reading, RolloutBatch, TokenBatch, TokenStatistics } from '../trajectory/tokens.ts';
import type { AdamWOptions } from '../../engine/optim/adamw.ts';
import type { Rates } from '../../engine/optim/optimizer.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import type { SetChoice } from '../../policy/parameterSet.ts';
import type { Sampled, SpecialTokens } from '../../policy/sampler.ts';
import type { AlgorithmChoice } from '../algorithm/compose.ts';
import type { LearnerState, SlotSizes } from './state.ts';

export interface SlotSpec {
  readonly set: SetChoice;
  /** The algorithm whose objective trains the slot; absent where nothing does. */
  readonly algorithm?: AlgorithmChoice;
  /** Those of adapters where absent. */
  readonly optimizer?: AdamWOptions;
  /**
   * False where the slot learns from given sequences alone: its gradient is compared with no base, so that nothing is
   * scored, and no sampler is built before it is asked for.
   */
  readonly reference?: boolean;
}

/** The policy and the slots of a run; plain data, so that it can be sent to a worker. */
export interface LearnerSpec {
  /** The policy file. */
  readonly checkpoint: Uint8Array;
  /** By name; `base` is the slot without a set, and always there. */
  readonly slots: Readonly<Record<string, SlotSpec>>;
  /** Rows of one shard of a rollout and of one micro-batch. */
  readonly shardSize: number;
  /** Longest prompt and completion in tokens, the end token included. */
  readonly promptLength: number;
  readonly completionLength: number;
}

/** Columns of next-token arrays: all positions of a row but the last. */
export const columnsOf = ({
  promptLength,
  completionLength,
}: Pick<LearnerSpec, 'promptLength' | 'completionLength'>): number => promptLength + completionLength - 1;

export interface LearnerInfo {
  readonly backend: Backend;
  readonly description: string;
  readonly workers: number;
  readonly special: SpecialTokens;
  readonly slots: SlotSizes;
}

/** Lives on one or more runtimes; the trainer does not know which. UsageError for a slot that is not there. */
export interface Learner {
  readonly info: LearnerInfo;
  /**
   * Completions [rows, completionLength] with log-probs and lengths. On WebGPU nothing is read back before the last
   * token.
   */
  sample(batch: RolloutBatch): Promise<Sampled>;
  /** Likelihoods of these sequences under a slot; the graph is built at the first call. `whole`: with distributions. */
  read(batch: TokenBatch, slot: string, whole?: boolean): Promise<Reading>;
  /**
   * Values of a slot's head at every position of these sequences, the last one included: [rows, columns + 1]. The graph
   * is built at the first call.
   */
  values(batch: TokenBatch, slot?: string): Promise<Float32Array>;
  /** Distributions of the frozen base for these sequences; kept for the gradient passes that follow. */
  score(batch: TokenBatch): Promise<void>;
  /**
   * Gathers the gradient of a slot over the whole batch, micro-batch by micro-batch. `score` must have seen the same
   * sequences, unless the slot has no reference.
   */
  gradient(batch: GradientBatch, slot?: string): Promise<TokenStatistics>;
  /** Applies the gathered gradient; returns its norm before clipping. A norm that is not finite changes nothing. */
  update(rates: Rates, slot?: string): Promise<{ gradNorm: number }>;
  /**
   * Makes the parameters of `slot` as they stand those of the slot `as`, which is never trained, until the next call or
   * `restore`; nothing is read back, and no more is held than one vector for each name.
   */
  snapshot(slot: string, as: string): void;
  /** Whether a slot of that name is there to be read. */
  has(slot: string): boolean;
  /** Of all slots of the spec; snapshots are left out. */
  state(): Promise<LearnerState>;
  /** Replaces the state of the slots that are named, and drops all snapshots. UsageError where it does not fit. */
  restore(state: LearnerState): Promise<void>;
  /** Memory and device counters, for people and leak tests. */
  statistics(): Promise<Record<string, number>>;
  /** Resolves with a sentence if the device or a worker is gone; never rejects. */
  readonly lost: Promise<string>;
  dispose(): Promise<void>;
}
