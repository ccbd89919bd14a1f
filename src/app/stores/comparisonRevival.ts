/** @file Reads the kept runs of a comparison after a reload. */
import type { StoredResult } from '../../lessons/storedResult.ts';
import type { Task } from '../../tasks/task.ts';
import type { Row } from '../../ui/charts/series.ts';
import { cellWords, type Plan } from './comparisonPlan.ts';
import { sameConfig } from './configChanges.ts';
import { wantedConfig } from './guidedRuns.ts';
import type { Library } from './library.ts';

/** Resolves once the storage is open or failed to open. */
const untilOpened = (library: Library) =>
  new Promise<void>((resolve) => {
    const isOpening = () => library.getState().status === 'opening';
    if (!isOpening()) return resolve();
    const stop = library.subscribe(() => {
      if (isOpening()) return;
      stop();
      resolve();
    });
  });

/**
 * Rows of the finished runs by id, up to the planned last step; runs that were removed or have other settings are left
 * out.
 */
export async function readRuns(
  library: Library,
  tasks: readonly Task[],
  result: StoredResult,
  plan: Plan,
): Promise<Record<string, readonly Row[]>> {
  await untilOpened(library);
  const found: Record<string, readonly Row[]> = {};
  for (const run of plan.runs) {
    if (!run.done) continue;
    const { config } = wantedConfig(
      cellWords(result, run, plan.steps, (words) => wantedConfig(words, tasks).config.maxSteps),
      tasks,
    );
    const kept = await library.read(run.id).catch(() => null);
    if (kept && kept.run.adjusted !== true && kept.run.steps >= config.maxSteps && sameConfig(kept.run.initial, config))
      found[run.id] = kept.rows.filter(({ step }) => step <= config.maxSteps);
  }
  return found;
}
