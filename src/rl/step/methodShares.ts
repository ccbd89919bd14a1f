/** @file How often each method of a task is used, and how often it is right. */
import { mean } from '../../lib/statistics.ts';
import type { Task } from '../../tasks/task.ts';
import type { Judged } from '../trajectory/groups.ts';

/** Share of the completions that are right. */
export const accuracyOf = (items: readonly Pick<Judged, 'verdict'>[]): number =>
  mean(items.map(({ verdict }) => (verdict.correct ? 1 : 0)));

/** How often a method is used, and how often it is right there; no accuracy where it was never used. */
export interface MethodShare {
  readonly share: number;
  readonly accuracy?: number;
}

/** Share of each method and its accuracy where it was used. */
export function methodShares(
  task: Task,
  items: readonly Pick<Judged, 'verdict'>[],
): Readonly<Record<string, MethodShare>> {
  return Object.fromEntries(
    task.methods.map(({ id }) => {
      const used = items.filter(({ verdict }) => verdict.method === id);
      const share = used.length / items.length;
      return [id, used.length === 0 ? { share } : { share, accuracy: accuracyOf(used) }];
    }),
  );
}
