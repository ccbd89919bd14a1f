/** @file Settings that change rewards between the verifier and the advantages. */
import type { Setting, Settings } from '../words/setting.ts';

export const maskTruncated: Setting = {
  id: 'mask_truncated_completions',
  loop: true,
  default: 1,
  min: 0,
  max: 1,
  summary: '1: completions that ran into the length limit take no part in the loss.',
};
export const overlongBuffer: Setting = {
  id: 'overlong_buffer',
  loop: true,
  default: 0,
  min: 0,
  max: 64,
  summary: 'Over the last so many tokens before the length limit the reward falls by up to 1; 0 switches it off.',
};
export const baselineSetting = (value: number): Setting => ({
  id: 'reward_baseline',
  loop: true,
  default: value,
  min: -10,
  max: 10,
  summary: 'Taken off every reward, so that what earned less counts as bad.',
});

/**
 * Soft overlong punishment (DAPO, arXiv 2503.14476, eq. 13): 0 up to `limit - buffer` tokens, then linearly down to -1
 * at `limit`. Lengths in tokens, the end token included.
 */
export function overlongPenalty(length: number, limit: number, buffer: number): number {
  if (buffer <= 0) return 0;
  return Math.max(-1, Math.min(0, (limit - buffer - length) / buffer));
}

/**
 * The rewards that advantages are computed from, [B]; NaN stays NaN. `lengths` and `limit` (the longest possible) in
 * tokens.
 */
export function shapedRewards(
  rewards: Float32Array,
  lengths: readonly number[],
  limit: number,
  settings: Settings,
): Float32Array {
  const buffer = settings[overlongBuffer.id] ?? 0;
  const baseline = settings.reward_baseline ?? 0;
  return rewards.map((reward, i) => reward - baseline + overlongPenalty(lengths[i] as number, limit, buffer));
}
