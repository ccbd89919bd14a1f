/** @file What a paper fills in: how rewards become advantages, what each token adds to the loss, how tokens are weighed. */
import type { Value } from '../engine/graph/index.ts';
import type { Terms } from './objectives/terms.ts';

/** Which part of a batch each completion is. */
export interface CompletionShape {
  /** Tokens up to and including the end token; 0 for a row that only fills up the batch. */
  readonly length: number;
  readonly terminated: boolean;
  /** Written by an expert instead of sampled. */
  readonly expert?: boolean;
}

/** A number that an objective reads. */
export interface Setting {
  /** TRL's name where it has one. */
  readonly id: string;
  readonly default: number;
  /** Id of the setting whose value it takes where none is given for it. */
  readonly sameAs?: string;
  readonly min: number;
  readonly max: number;
  /** What it does, in one sentence. */
  readonly summary: string;
}

export interface Algorithm {
  /** Its published name, as file, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly formula: string;
  /** arXiv id. */
  readonly citation: string;
  /** Numbers that `tokenLoss` reads; those named like a knob of the configuration take its value. */
  readonly settings: readonly Setting[];
  /** Whose ratio is kept within 1 - epsilon .. 1 + epsilon_high, for objectives with such settings. */
  readonly clips?: 'tokens' | 'completions' | 'otherwise';
  /** Rows come in pairs of one prompt, the preferred completion first. */
  readonly pairs?: true;
  /** One advantage per completion; `rewards` holds whole groups, one after the other, and `completions` is in the same order. */
  advantages(rewards: Float32Array, groupSize: number, completions: readonly CompletionShape[]): Float32Array;
  /** The loss of each token before aggregation, [B, T]; to be minimised. */
  tokenLoss(terms: Terms): Value;
  /**
   * The weight of each token of a completion, such that the batch's loss is the weighted sum over all tokens.
   * `maxCompletionLength` is the longest that a completion can be, in tokens.
   */
  tokenWeights(completions: readonly CompletionShape[], maxCompletionLength: number): Float32Array;
}
