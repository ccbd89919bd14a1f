/** @file The settings of an arm’s runs, and its kept runs after a reload. */
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import type { Row } from '../../ui/charts/series.ts';
import { currentLink, readLink, withBrought } from '../url.ts';
import { type Arm, armOf, type Cell, cellWords, ownRows, type Plan } from './comparisonPlan.ts';
import { sameConfig } from './configChanges.ts';
import type { Wanted } from './guidedRuns.ts';
import type { Library } from './library.ts';

/** The settings in the words of an arm, with the code that they bring; and a sentence for each unusable word. */
function readWords(words: URLSearchParams, tasks: readonly Task[]): Wanted & { readonly notices: readonly string[] } {
  const link = readLink('', `#${currentLink}&${words}`, tasks);
  return { preset: link.preset, config: withBrought(link), notices: link.notices };
}

/** The settings of an arm as it stands in the plan, and why they cannot be used, in sentences. */
export const settingsOf = ({ words }: Pick<Arm, 'words'>, tasks: readonly Task[]) =>
  readWords(new URLSearchParams(words), tasks);

/** The settings of a cell; null for an arm that the plan does not have. */
export function wantedOf(plan: Plan, cell: Cell, tasks: readonly Task[]): Wanted | null {
  const arm = armOf(plan, cell.arm);
  if (!arm) return null;
  const own = (words: URLSearchParams) => readWords(words, tasks).config.maxSteps;
  const { preset, config } = readWords(cellWords(arm, cell, plan.steps, own), tasks);
  return { preset, config };
}

/** Whether the arm of a cell can be trained as it is written: an unusable word would be replaced by its default. */
export function isUsable(plan: Plan, cell: Cell, tasks: readonly Task[]): boolean {
  const arm = armOf(plan, cell.arm);
  return arm !== undefined && settingsOf(arm, tasks).notices.length === 0;
}

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
  plan: Plan,
): Promise<Record<string, readonly Row[]>> {
  await untilOpened(library);
  const found: Record<string, readonly Row[]> = {};
  for (const run of plan.runs) {
    const config: TrainConfig | undefined = wantedOf(plan, run, tasks)?.config;
    if (!run.done || !config) continue;
    const kept = await library.read(run.id).catch(() => null);
    if (kept && kept.run.adjusted !== true && kept.run.steps >= config.maxSteps && sameConfig(kept.run.initial, config))
      found[run.id] = ownRows(
        plan,
        kept.rows.filter(({ step }) => step <= config.maxSteps),
      );
  }
  return found;
}
