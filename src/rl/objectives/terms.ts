/**
 * @file What an objective may be written with. All log-probabilities belong to the tempered distribution that was
 * sampled from.
 */
import type { Value } from '../../engine/graph/index.ts';

/** Shapes: B sequences, T next-token positions, V vocabulary. */
export interface Terms {
  /** log pi_theta of each token, [B, T]; carries the gradient. */
  readonly logProbs: Value;
  /** log-probability of the policy that sampled, by the trainer's own arithmetic where that was asked for, [B, T]. */
  readonly oldLogProbs: Value;
  /** log-probability by the sampler's arithmetic when the token was drawn, [B, T]. */
  readonly samplerLogProbs: Value;
  /** log-probability under the frozen base, [B, T]. */
  readonly refLogProbs: Value;
  /** [B, T], the same for all tokens of a completion unless an estimator says otherwise. */
  readonly advantages: Value;
  /** Reward of the completion at each of its tokens, [B, T]. */
  readonly rewards: Value;
  /** 1 on completion tokens up to and including the end token, else 0, [B, T]. */
  readonly mask: Value;
  /** 1 on the tokens that the algorithm's selection chose, else 0, [B, T]. */
  readonly selected: Value;
  /** 1 on the tokens of completions that an expert wrote, else 0, [B, T]. */
  readonly expert: Value;
  /** log pi_theta of every token, [B, T, V]; carries the gradient. */
  readonly logDistribution: Value;
  readonly refLogDistribution: Value;
  /** Entropy of pi_theta at each position, nats, [B, T]; carries the gradient. */
  readonly entropy: Value;
  /** The critic's value before each token, [B, T]; carries the gradient of the critic. */
  readonly values: Value;
  /** The same when the completion was sampled, and what the critic is to predict, [B, T]. */
  readonly oldValues: Value;
  readonly returns: Value;
  /** A number fed at every update (float scalar), so that turning the knob needs no new graph. */
  setting(id: string): Value;
}
