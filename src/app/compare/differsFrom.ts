/** @file The difference of an arm’s settings from others, in a line. */
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import { differences } from '../stores/differences.ts';

/**
 * How a configuration differs from another, in words, or `same`; without the seed and the steps, which a comparison
 * sets.
 */
export function differsFrom(before: TrainConfig, after: TrainConfig, tasks: readonly Task[], same: string): string {
  const { seed, maxSteps } = before;
  const list = differences(before, { ...after, seed, maxSteps }, tasks);
  return list.length === 0
    ? same
    : list.map(({ label, before: from, after: to }) => `${label} ${from} → ${to}`).join('; ');
}
