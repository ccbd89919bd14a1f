/** @file What a step's updates had to learn from, where that was nothing. */
import type { StepMetrics } from '../rl/metrics/catalogue.ts';
import { text } from '../ui/text.ts';

/** Null where every update had a gradient, and for a step of an older version, which did not count its updates. */
export function updateNote({ num_updates: updates, num_updates_zero_grad: flat = 0 }: StepMetrics): string | null {
  if (updates === 0) return text.group.noUpdate;
  return updates === undefined || flat === 0 ? null : text.group.noGradient(flat, updates);
}
