/** @file Share and accuracy of each method of a task. */
import { mean } from '../../lib/statistics.ts';
import type { Task } from '../../tasks/task.ts';
import type { Judged } from '../trajectory/groups.ts';

/** Share of correct completions. */
export const accuracyOf = (items: readonly Pick<Judged, 'verdict'>[]): number =>
  mean(items.map(({ verdict }) => (verdict.correct ? 1 : 0)));

/** Share of completions that use a method, and their accuracy; no accuracy for an unused method. */
export interface MethodShare {
  readonly share: number;
  readonly accuracy?: number;
}

/** Share and accuracy of each method by id. */
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
