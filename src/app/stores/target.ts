/** @file When a run first answered most of its training problems right: the step, and the training time until then. */
import { firstReach } from '../../lessons/measure.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { TargetView } from '../../ui/transport/words.ts';

/**
 * Share of right training completions, over the steps of the window, that counts as having learnt the task; as `npm run
 * train` reports it.
 */
export const TARGET = 0.8;
export const TARGET_WINDOW = 5;

/** Null where the run has not come there. Seconds of training alone. */
export function targetReached(rows: readonly Row[]): TargetView | null {
  const step = firstReach(rows, 'accuracy', TARGET, TARGET_WINDOW);
  if (step === null) return null;
  const seconds = rows.reduce((sum, row) => (row.step <= step ? sum + (row.values['step_time'] ?? 0) : sum), 0);
  return { share: TARGET, step, seconds };
}
