/** @file How many runs a comparison has, and how long they take, before it starts. */
import { compareWords as words } from '../../ui/compare/words.ts';
import { cellsOf, type Plan } from '../stores/comparisonPlan.ts';
import type { Library } from '../stores/library.ts';

/** Seconds a step of the newest kept run that was timed; runs from a file were timed on another machine. */
export const newestPace = (library: Library): number | null =>
  library.getState().runs.find(({ foreign, last }) => !foreign && last?.seconds !== undefined)?.last?.seconds ?? null;

/** Number of runs and their time, in words. */
export function totalOf(plan: Plan | null, steps: number, perStep: number | null): string | null {
  if (!plan) return null;
  const runs = cellsOf(plan).length;
  return `${words.total(plan.arms.length, plan.seeds.length, steps)}; ${perStep === null ? words.noTime : words.time(runs * steps * perStep, perStep)}`;
}
