/** @file Length and role of a completion in a batch; the weights of a loss need no more. */

/** Length and role of one completion. */
export interface CompletionShape {
  /** Tokens up to and including the end token; 0 for a row that takes no part in the loss. */
  readonly length: number;
  readonly terminated: boolean;
  /** Written by an expert instead of sampled. */
  readonly expert?: boolean;
  /** Factor of its loss; 1 if absent. */
  readonly weight?: number;
  /** Its tokens are masked, yet it counts as a completion in a mean over completions. */
  readonly counted?: boolean;
}
