/** @file A note for a step whose updates had no gradient. */
import type { StepMetrics } from '../rl/metrics/index.ts';
import { text } from '../ui/text.ts';

/** Null if every update had a gradient, and for steps of older versions, which did not count updates. */
export function updateNote({ num_updates: updates, num_updates_zero_grad: flat = 0 }: StepMetrics): string | null {
  if (updates === 0) return text.group.noUpdate;
  return updates === undefined || flat === 0 ? null : text.group.noGradient(flat, updates);
}
