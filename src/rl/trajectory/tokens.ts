/** @file Arrays by token: batches that a learner samples, reads and learns from, and the statistics that it returns. */

/** Prompts to complete, one per row; `rows` is their number. */
export interface RolloutBatch {
  readonly prompts: readonly (readonly number[])[];
  /** [rows, completionLength], in [0, 1). */
  readonly uniforms: Float32Array;
  /** 0 is greedy. */
  readonly temperature: number;
  /** The slot that samples. */
  readonly slot: string;
}

/** Whole sequences, padded on the right: [rows, promptLength + completionLength]. */
export interface TokenBatch {
  readonly rows: number;
  readonly tokenIds: Int32Array;
  /** The leaves of a policy that writes no tokens, rows side by side; `tokenIds` is then empty. */
  readonly trajectory?: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly temperature: number;
}

/** Per-token arrays that a batch of rollouts may have; an objective reads those it is written with. */
export const tokenArrays = [
  'weights',
  'entropyWeights',
  'oldLogProbs',
  'samplerLogProbs',
  'advantages',
  'mask',
  'rewards',
  'expert',
  'selected',
  'oldValues',
  'returns',
] as const;

export type TokenArray = (typeof tokenArrays)[number];

/** Next-token arrays are [rows, columns]; entries outside completions have weight 0. */
export interface GradientBatch extends TokenBatch {
  /**
   * By name: `weights` (the batch's loss is the sum of weight * token loss), `entropyWeights` (1 / tokens, of the
   * entropy bonus) and the objective's terms.
   */
  readonly arrays: Readonly<Partial<Record<TokenArray, Float32Array>>>;
  /** Numbers the objective reads, by setting. */
  readonly settings: Readonly<Record<string, number>>;
}

/** Numbers of the gradient pass at each next token, [rows, columns], in nats. */
export interface TokenStatistics {
  readonly loss: number;
  readonly logProbs: Float32Array;
  readonly refLogProbs: Float32Array;
  readonly entropy: Float32Array;
  readonly kl: Float32Array;
}

/** A policy's numbers on given sequences; next-token arrays are [rows, columns], in nats. */
export interface Reading {
  readonly logProbs: Float32Array;
  readonly entropy: Float32Array;
  /** The critic's, where there is one. */
  readonly values?: Float32Array;
  /** log p of every token, [rows, columns, V]; where it was asked for. */
  readonly logDistribution?: Float32Array;
}
