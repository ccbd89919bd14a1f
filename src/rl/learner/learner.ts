/** @file The interface of learners: named slots of parameters over one frozen policy. */
import type {
  GradientBatch,
  Likeliest,
  LikeliestQuery,
  Reading,
  RolloutBatch,
  TokenBatch,
  TokenStatistics,
} from '../trajectory/tokens.ts';
import type { AdamWOptions } from '../../engine/optim/adamw.ts';
import type { Rates } from '../../engine/optim/optimizer.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import type { SetChoice } from '../../policy/parameterSet.ts';
import type { Sampled, SpecialTokens } from '../../policy/sampler.ts';
import type { AlgorithmChoice } from '../algorithm/compose.ts';
import type { LearnerState, SlotSizes } from './state.ts';

export interface SlotSpec {
  readonly set: SetChoice;
  /** The algorithm whose objective trains the slot; absent if nothing trains it. */
  readonly algorithm?: AlgorithmChoice;
  /** `adapterOptimizer` if absent. */
  readonly optimizer?: AdamWOptions;
  /**
   * False if the slot learns from given sequences without a reference: nothing is scored, and its sampler is built only
   * on demand.
   */
  readonly reference?: boolean;
}

/** The policy and the slots of a run; plain data, so that it can be sent to a worker. */
export interface LearnerSpec {
  /** The policy file. */
  readonly checkpoint: Uint8Array;
  /** By name; `base`, the slot without a parameter set, always exists. */
  readonly slots: Readonly<Record<string, SlotSpec>>;
  /** The slot that `score` reads as the reference; the base if absent. */
  readonly referenceSlot?: string;
  /** Rows of one shard of a rollout. */
  readonly shardSize: number;
  /** Most rows, and most distinct prefixes of them, that are learnt from in one run; suits CPU lanes if absent. */
  readonly microBatch?: { readonly rows: number; readonly states: number };
  /** Longest prompt and completion in tokens, the end token included. */
  readonly promptLength: number;
  readonly completionLength: number;
}

/** Columns of next-token arrays: all positions of a row except the last. */
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

/** Trains and samples slots, on one or more runtimes. UsageError for an unknown slot. */
export interface Learner {
  readonly info: LearnerInfo;
  /**
   * Completions [rows, completionLength] with log-probs and lengths. On WebGPU nothing is read back before the last
   * token.
   */
  sample(batch: RolloutBatch): Promise<Sampled>;
  /**
   * Log-probs of these sequences under a slot; the graph is built at the first call. `whole`: with distributions, or
   * with the exact KL to the base from a policy in layers.
   */
  read(batch: TokenBatch, slot: string, whole?: boolean): Promise<Reading>;
  /** The most likely next tokens of one row under several slots, column by column. */
  likeliest(query: LikeliestQuery): Promise<readonly Likeliest[]>;
  /**
   * Values of a slot's head at every position of these sequences, including the last: [rows, columns + 1]. The graph
   * is built at the first call.
   */
  values(batch: TokenBatch, slot?: string): Promise<Float32Array>;
  /** Computes the reference's distributions for these sequences and keeps them for the following gradient passes. */
  score(batch: TokenBatch): Promise<void>;
  /**
   * Gathers the gradient of a slot over the whole batch, micro-batch by micro-batch. `score` must have seen the same
   * sequences with the same mask, unless the slot has no reference.
   */
  gradient(batch: GradientBatch, slot?: string): Promise<TokenStatistics>;
  /** Applies the gathered gradient; returns its norm before clipping. If it is not finite, nothing changes. */
  update(rates: Rates, slot?: string): Promise<{ gradNorm: number }>;
  /**
   * Keeps the current parameters of `slot` as the untrained slot `as`, until the next call with `as` or `restore`. No
   * read-back; one vector per name.
   */
  snapshot(slot: string, as: string): void;
  /** Whether a slot or snapshot has this name. */
  has(slot: string): boolean;
  /** The state of all slots of the spec, without snapshots. */
  state(): Promise<LearnerState>;
  /** Replaces the state of the named slots, and drops all snapshots. UsageError if it does not fit. */
  restore(state: LearnerState): Promise<void>;
  /** Memory and device counters, for display and leak tests. */
  statistics(): Promise<Record<string, number>>;
  /** Resolves with a sentence if the device or a worker is gone; never rejects. */
  readonly lost: Promise<string>;
  dispose(): Promise<void>;
}
