/**
 * @file What holds the adapter while it is trained: it samples, scores against the base, gathers gradients and updates.
 */
import type {
  GradientBatch,
  Reading,
  ReadPolicy,
  RolloutBatch,
  TokenBatch,
  TokenStatistics,
} from '../trajectory/tokens.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import type { SpecialTokens } from '../../policy/sampler.ts';
import type { LoraConfig } from '../../policy/lora.ts';
import type { AlgorithmChoice } from '../algorithm/compose.ts';

/** What the graphs of a run are built from; plain data, so that it can be sent to a worker. */
export interface LearnerSpec {
  /** The policy file. */
  readonly checkpoint: Uint8Array;
  readonly lora: LoraConfig;
  /** The algorithm whose objective is compiled. */
  readonly algorithm: AlgorithmChoice;
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

export interface UpdateRates {
  readonly learningRate: number;
  readonly maxGradNorm: number;
}

/** All that an update changes. */
export interface LearnerState {
  readonly adapter: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** Updates done. */
  readonly updates: number;
}

export interface LearnerInfo {
  readonly backend: Backend;
  readonly description: string;
  readonly workers: number;
  readonly special: SpecialTokens;
  readonly adapterSize: number;
}

/** Lives on one or more runtimes; the trainer does not know which. */
export interface Learner {
  readonly info: LearnerInfo;
  /**
   * Completions [rows, completionLength] with log-probs and lengths. On WebGPU nothing is read back before the last
   * token.
   */
  sample(batch: RolloutBatch): Promise<{ tokenIds: Int32Array; logProbs: Float32Array; lengths: Int32Array }>;
  /**
   * What the policy, or the base, says of these sequences; its graph is built at the first call. `whole` asks for whole
   * distributions.
   */
  read(batch: TokenBatch, policy: ReadPolicy, whole?: boolean): Promise<Reading>;
  /**
   * The critic's value at every position of these sequences, the last one included: [rows, columns + 1]. Its graph is
   * built at the first call.
   */
  values(batch: TokenBatch): Promise<Float32Array>;
  /** Distributions of the frozen base for these sequences; kept for the gradient passes that follow. */
  score(batch: TokenBatch): Promise<void>;
  /** Gathers the gradient of the whole batch, micro-batch by micro-batch. `score` must have seen the same sequences. */
  gradient(batch: GradientBatch): Promise<TokenStatistics>;
  /** Applies the gathered gradient; returns its norm before clipping. A norm that is not finite changes nothing. */
  update(rates: UpdateRates): Promise<{ gradNorm: number }>;
  /**
   * Makes the adapter as it stands the one of `before`, until the next call; nothing is read back, and at most one
   * adapter more is held.
   */
  keep(): void;
  /** Whether `before` can be read: not ahead of the first `keep`, and not after a `restore`. */
  readonly hasBefore: boolean;
  state(): Promise<LearnerState>;
  restore(state: LearnerState): Promise<void>;
  /** Memory and device counters, for people and leak tests. */
  statistics(): Promise<Record<string, number>>;
  /** Resolves with a sentence if the device or a worker is gone; never rejects. */
  readonly lost: Promise<string>;
  dispose(): Promise<void>;
}
