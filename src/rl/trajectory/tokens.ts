/** @file Arrays by token: batches that a learner samples, reads and learns from, and the statistics that it returns. */
import type { FloatArray } from '../../lib/floats.ts';

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

/** Whole sequences, padded on the right: [rows, promptLength + completionLength]. */
export interface TokenBatch {
  readonly rows: number;
  readonly tokenIds: Int32Array;
  /** The leaves of a policy that writes no tokens, rows side by side; `tokenIds` is then empty. */
  readonly trajectory?: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly temperature: number;
  /**
   * By name, [rows, columns]. Numbers are computed only for next tokens in `mask`, or with a weight if there is no
   * mask, and are 0 for others; without either they are computed for all next tokens up to the padding.
   */
  readonly arrays?: Readonly<Partial<Record<TokenArray, FloatArray>>>;
}

/** Next-token arrays are [rows, columns]; entries outside completions have weight 0. */
export interface GradientBatch<A extends FloatArray = Float32Array> extends TokenBatch {
  /**
   * By name: `weights` (the loss is the sum of weight * token loss), `entropyWeights` (1 / number of tokens, for the
   * entropy bonus) and the arrays that the objective reads.
   */
  readonly arrays: Readonly<Partial<Record<TokenArray, A>>>;
  /** Numbers the objective reads, by setting. */
  readonly settings: Readonly<Record<string, number>>;
}

/** Numbers of the gradient pass at each next token, [rows, columns], in nats. */
export interface TokenStatistics<A extends FloatArray = Float32Array> {
  readonly loss: number;
  readonly logProbs: A;
  readonly refLogProbs: A;
  readonly entropy: A;
  readonly kl: A;
}

/** A policy's numbers on given sequences; next-token arrays are [rows, columns], in nats. */
export interface Reading<A extends FloatArray = Float32Array> {
  readonly logProbs: A;
  readonly entropy: A;
  /** The critic's, where there is one. */
  readonly values?: A;
  /** log p of every token, [rows, columns, V]; where it was asked for. */
  readonly logDistribution?: A;
  /** Exact KL to the base; replaces distributions that are never computed whole. */
  readonly kl?: A;
}

/** Asks for the next tokens at some columns of one row. */
export interface LikeliestQuery {
  readonly batch: TokenBatch;
  readonly columns: readonly number[];
  readonly slots: readonly string[];
  /** Tokens of each slot. */
  readonly count: number;
}

/** Next tokens at one column. */
export interface Likeliest {
  /** The `count` most likely tokens of every slot and the token that the row has there, each once. */
  readonly ids: readonly number[];
  /** By slot as asked: log p of these tokens, and the entropy over the whole vocabulary, nats. */
  readonly policies: readonly { readonly logProbs: readonly number[]; readonly entropy: number }[];
}
