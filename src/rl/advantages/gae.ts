/**
 * @file Generalised advantage estimation for a critic (arXiv 1506.02438, eq. 16), with bootstrapping at cut-offs (arXiv
 * 1712.00378).
 */
import { assert } from '../../lib/assert.ts';

export interface GaeInput {
  /** Reward at each token, [B * T]; usually 0 except at the last. */
  readonly rewards: Float32Array;
  /** The critic's value before each token, [B * T]. */
  readonly values: Float32Array;
  /** The critic's value after each row's last token, [B]; 0 if absent, for completions that end there. */
  readonly endValues?: Float32Array;
  /** 1 on completion tokens, [B * T]. */
  readonly mask: Float32Array;
  /** T. */
  readonly columns: number;
  /** Discount. */
  readonly gamma: number;
  readonly lambda: number;
}

export interface GaeResult {
  /** sum_l (gamma lambda)^l delta_{t+l}, delta_t = r_t + gamma V_{t+1} - V_t, [B * T]. */
  readonly advantages: Float32Array;
  /** Targets of the critic, advantages + values, [B * T]. */
  readonly returns: Float32Array;
}

/**
 * A backward pass over each row, starting from `endValues` (partial-episode bootstrapping, arXiv 1712.00378) or 0.
 * Masked positions are skipped and get 0. UsageError unless the arrays are whole rows of `columns`.
 */
export function generalisedAdvantages({
  rewards,
  values,
  endValues,
  mask,
  columns,
  gamma,
  lambda,
}: GaeInput): GaeResult {
  assert(
    rewards.length === values.length && values.length === mask.length && rewards.length % columns === 0,
    `values: rewards, values and mask need the same whole rows of ${columns}`,
  );
  const advantages = new Float32Array(rewards.length);
  const returns = new Float32Array(rewards.length);
  for (let start = 0; start < rewards.length; start += columns) {
    let [next, nextValue] = [0, endValues?.[start / columns] ?? 0];
    for (let i = start + columns - 1; i >= start; i--) {
      if (!((mask[i] as number) > 0)) continue;
      const value = values[i] as number;
      next = (rewards[i] as number) + gamma * nextValue - value + gamma * lambda * next;
      nextValue = value;
      advantages[i] = next;
      returns[i] = next + value;
    }
  }
  return { advantages, returns };
}
