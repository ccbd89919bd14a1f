/** @file Plans from stored results: chosen arms with their settings, and plans from before arms carried settings. */
import { present } from '../../lib/assert.ts';
import { armWords, type StoredArm, type StoredMetric, type StoredResult } from '../../lessons/storedResult.ts';
import type { Arm, Plan } from './comparisonPlan.ts';

/** Arms, number of seeds and maximal steps, chosen from a stored result. */
export interface StoredChoice {
  /** Ids, in the order of the stored result. */
  readonly arms: readonly string[];
  readonly seeds: number;
  /** Null keeps the steps of the stored result. */
  readonly steps: number | null;
}

/** The first `count` seeds of a stored result, continued by counting up from its last. */
export function seedsOf(stored: readonly number[], count: number): readonly number[] {
  const last = stored.at(-1) ?? 0;
  const all = [...new Set(stored)];
  for (let next = last + 1; all.length < count; next++) if (!all.includes(next)) all.push(next);
  return all.slice(0, count);
}

/** A stored arm with its settings. */
export const plannedArm = (result: StoredResult, arm: StoredArm): Arm => ({
  id: arm.arm,
  title: arm.title,
  words: armWords(result, arm).toString(),
});

/** The claim’s own number, or the first of the stored result. */
const ownMetric = ({ metrics, measure }: StoredResult): StoredMetric | undefined =>
  metrics.find(({ id }) => id === measure?.metric) ?? metrics[0];

/** Rule and control of the live version, if these arms are it. */
function minuteOf(
  { live, arms: stored }: StoredResult,
  { arms: [of, against, ...others], seeds }: Pick<StoredChoice, 'arms' | 'seeds'>,
): Pick<Plan, 'minute'> {
  if (!live || seeds !== 1 || others.length > 0 || of !== live.of || against !== live.against) return {};
  const { side, recorded, curve } = live;
  const title = stored.find(({ arm }) => arm === recorded)?.title ?? recorded;
  return { minute: { side, recorded: curve ? { title, ...curve } : null } };
}

/** The plan that trains these arms again. */
export const storedPlan = (result: StoredResult, { arms, seeds, steps }: StoredChoice): Plan => ({
  experiment: result.experiment,
  metric: present(ownMetric(result), 'a number of the stored result'),
  arms: arms.map((id) =>
    plannedArm(
      result,
      present(
        result.arms.find(({ arm }) => arm === id),
        `the arm ${id}`,
      ),
    ),
  ),
  seeds: [...seedsOf(result.seeds, seeds)],
  steps,
  ...minuteOf(result, { arms, seeds }),
  runs: [],
});

const isEarlier = ({ experiment, arms }: Plan): boolean =>
  experiment !== null && arms.some(({ words }) => words === '');

/**
 * The plan with the settings of its arms; null for an earlier plan whose stored result no longer has its arms. Throws
 * if the stored result cannot be read.
 */
export async function completedPlan(
  plan: Plan,
  load: (experiment: string) => Promise<StoredResult>,
): Promise<Plan | null> {
  if (!isEarlier(plan) || plan.experiment === null) return plan;
  const result = await load(plan.experiment);
  const ids = plan.arms.map(({ id }) => id);
  if (!ids.every((id) => result.arms.some(({ arm }) => arm === id))) return null;
  return { ...storedPlan(result, { arms: ids, seeds: 0, steps: plan.steps }), seeds: plan.seeds, runs: plan.runs };
}
