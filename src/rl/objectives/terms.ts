/**
 * @file The terms that an objective can use. All log-probabilities are those of the distribution at the sampling
 * temperature.
 */
import type { Value } from '../../engine/graph/index.ts';

/** Shapes: B sequences, T next-token positions, V vocabulary. */
export interface Terms {
  /** log pi_theta of each token, [B, T]; carries the gradient. */
  readonly logProbs: Value;
  /** log pi_old of the sampling policy, recomputed by the trainer if configured, [B, T]. */
  readonly oldLogProbs: Value;
  /** log pi_old as computed by the sampler when it drew the token, [B, T]. */
  readonly samplerLogProbs: Value;
  /** log pi_ref under the frozen base, [B, T]. */
  readonly refLogProbs: Value;
  /** [B, T]; equal for all tokens of a completion unless the estimator works per token. */
  readonly advantages: Value;
  /** Reward of the completion, repeated on each of its tokens, [B, T]. */
  readonly rewards: Value;
  /** 1 on completion tokens up to and including the end token, else 0, [B, T]. */
  readonly mask: Value;
  /** 1 on the tokens chosen by `Algorithm.selection`, else 0, [B, T]. */
  readonly selected: Value;
  /** 1 on the tokens of completions that an expert wrote, else 0, [B, T]. */
  readonly expert: Value;
  /** log pi_theta of every vocabulary entry, [B, T, V]; carries the gradient. */
  readonly logDistribution: Value;
  readonly refLogDistribution: Value;
  /** Entropy of pi_theta at each position, nats, [B, T]; carries the gradient. */
  readonly entropy: Value;
  /** The critic's value before each token, [B, T]; carries the gradient of the critic. */
  readonly values: Value;
  /** `values` when the completion was sampled, and the targets of the critic, [B, T]. */
  readonly oldValues: Value;
  readonly returns: Value;
  /** A float scalar fed at every update, so that a changed setting needs no new graph. */
  setting(id: string): Value;
}
