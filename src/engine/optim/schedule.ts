/** @file Learning-rate schedules: plain numbers, one per update. */

/** Rises linearly from peak/warmup to `peak` over `warmup` updates, then stays. `update` counts from 0. */
export function warmup(peak: number, warmupUpdates: number, update: number): number {
  return peak * Math.min(1, (update + 1) / Math.max(1, warmupUpdates));
}

/**
 * Warm-up, then `peak`, then a straight line down to `floor` * peak over the last `decay` of `updates` (arXiv
 * 2404.06395). `update` counts from 0.
 */
export function warmupStableDecay(
  peak: number,
  warmupUpdates: number,
  updates: number,
  decay: number,
  floor: number,
  update: number,
): number {
  const left = Math.min(1, (updates - 1 - update) / Math.max(1, decay));
  return warmup(peak, warmupUpdates, update) * (floor + (1 - floor) * Math.max(0, left));
}
