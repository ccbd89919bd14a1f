/** @file The step at which a run first answered most training problems right, and the training time until then. */
import { firstReach } from '../../lessons/measure.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { TargetView } from '../../ui/transport/words.ts';

/**
 * Share of right training completions, averaged over the window, at which the task counts as learnt; `npm run train`
 * reports the same.
 */
const TARGET = 0.8;
const TARGET_WINDOW = 5;

/** Null if the run has not reached the target. Seconds of training alone. */
export function targetReached(rows: readonly Row[]): TargetView | null {
  const step = firstReach(rows, 'accuracy', TARGET, TARGET_WINDOW);
  if (step === null) return null;
  const seconds = rows.reduce((sum, row) => (row.step <= step ? sum + (row.values['step_time'] ?? 0) : sum), 0);
  return { share: TARGET, step, seconds };
}
