/** @file The part of a batch that one completion is, in plain numbers. */

/** Which part of a batch each completion is. */
export interface CompletionShape {
  /** Tokens up to and including the end token; 0 for a row that takes no part in the loss. */
  readonly length: number;
  readonly terminated: boolean;
  /** Written by an expert instead of sampled. */
  readonly expert?: boolean;
  /** Its tokens are masked, yet it counts as a completion in a mean over completions. */
  readonly counted?: boolean;
}
