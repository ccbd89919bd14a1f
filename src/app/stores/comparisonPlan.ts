/**
 * @file The plan of a live comparison, arms × seeds with their finished runs, as plain data, and its copy in the
 * browser’s storage.
 */
import { z } from '../../lib/zod.ts';
import { armWords, experimentSchema, type StoredResult } from '../../lessons/storedResult.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { RUN_COLORS } from '../storage/schema.ts';

/** One arm per colour. */
export const MOST_ARMS = RUN_COLORS;
export const MOST_SEEDS = 5;

/** One run of a comparison. */
export interface Cell {
  /** Id of the arm in the stored result. */
  readonly arm: string;
  readonly seed: number;
}

const armId = z.string().min(1).max(200);
const seed = z.number().int().min(knobs.seed.min).max(knobs.seed.max);

const planSchema = z
  .strictObject({
    /** The stored result, `claims/ID.json`. */
    experiment: experimentSchema,
    /** The base of all runs; absent for the first of the stored result. */
    policy: z.string().min(1).max(200).optional(),
    /** In the order of their colours; the others are compared with the first. */
    arms: z.array(armId).min(1).max(MOST_ARMS),
    seeds: z.array(seed).min(1).max(MOST_SEEDS),
    /** Maximal steps per run; null keeps the steps of the stored result. */
    steps: z.number().int().min(knobs.maxSteps.min).max(knobs.maxSteps.max).nullable(),
    /** In the order in which they began, at most one per cell. `done`: it finished with the settings of its arm. */
    runs: z
      .array(z.strictObject({ arm: armId, seed, id: z.string().regex(/^[0-9a-f]{8,64}$/), done: z.boolean() }))
      .max(MOST_ARMS * MOST_SEEDS),
  })
  .readonly();

export type Plan = z.infer<typeof planSchema>;
export type PlannedRun = Plan['runs'][number];

const isSame = (a: Cell, b: Cell) => a.arm === b.arm && a.seed === b.seed;
const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;

/** Seed by seed and within a seed arm by arm, so that every arm soon has a line. */
export const cellsOf = ({ arms, seeds }: Pick<Plan, 'arms' | 'seeds'>): readonly Cell[] =>
  seeds.flatMap((one) => arms.map((arm) => ({ arm, seed: one })));

export const runOf = ({ runs }: Pick<Plan, 'runs'>, cell: Cell): PlannedRun | undefined =>
  runs.find((run) => isSame(run, cell));

/** The cells without a finished run, in order. */
export const missingOf = (plan: Plan): readonly Cell[] => cellsOf(plan).filter((cell) => !runOf(plan, cell)?.done);

/** The plan with this run for its cell. */
export const withRun = (plan: Plan, run: PlannedRun): Plan => ({
  ...plan,
  runs: [...plan.runs.filter((other) => !isSame(other, run)), run],
});

/** The plan with one more arm; if all colours are used, it replaces the arm with the oldest run. */
export function withArm(plan: Plan, arm: string): Plan {
  if (plan.arms.includes(arm)) return plan;
  if (plan.arms.length < MOST_ARMS) return { ...plan, arms: [...plan.arms, arm] };
  const oldest = plan.runs[0]?.arm;
  return {
    ...plan,
    arms: plan.arms.map((other) => (other === oldest ? arm : other)),
    runs: plan.runs.filter((run) => run.arm !== oldest),
  };
}

/** The first `count` seeds of a stored result, continued by counting up from its last. */
export function seedsOf(stored: readonly number[], count: number): readonly number[] {
  const last = stored.at(-1) ?? 0;
  const all = [...new Set(stored)];
  for (let next = last + 1; all.length < count; next++) if (!all.includes(next)) all.push(next);
  return all.slice(0, count);
}

/** The words of the link that trains a cell. `stored`: steps of the arm without a limit. */
export function cellWords(
  result: StoredResult,
  cell: Cell,
  steps: number | null,
  stored: (words: URLSearchParams) => number,
): URLSearchParams {
  const words = armWords(result, result.arms.find(({ arm }) => arm === cell.arm) ?? { flags: [] }, cell.seed);
  if (steps !== null && steps < stored(words)) words.set('max_steps', String(steps));
  return words;
}

/** A stored plan, or null for anything else. Never throws. */
export function readPlan(kept: string | null): Plan | null {
  try {
    const plan = planSchema.parse(JSON.parse(kept ?? 'null'));
    const isWhole =
      isUnique(plan.arms) &&
      isUnique(plan.seeds) &&
      isUnique(plan.runs.map(({ id }) => id)) &&
      plan.runs.every((run) => cellsOf(plan).some((cell) => isSame(cell, run)));
    const hasOneEach = plan.runs.every((run) => runOf(plan, run) === run);
    return isWhole && hasOneEach ? plan : null;
  } catch {
    return null;
  }
}

const KEY = 'rollout.comparison';

export interface PlanShelf {
  read(): Plan | null;
  /** Null removes the plan. */
  write(plan: Plan | null): void;
}

/** Runs the work; null where the browser refuses. A comparison then lasts as long as the page. */
function ifAllowed<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** `own` lasts as long as the tab, so that tabs do not overwrite each other’s comparison; `shared` outlasts it. */
export function planShelf(own: () => Storage, shared: () => Storage): PlanShelf {
  const at = (storage: () => Storage) => ifAllowed(() => storage().getItem(KEY));
  return {
    read: () => readPlan(at(own)) ?? readPlan(at(shared)),
    write(plan) {
      const before = at(own);
      const text = JSON.stringify(plan);
      if (plan) for (const storage of [own, shared]) ifAllowed(() => storage().setItem(KEY, text));
      else {
        // A plan that another tab wrote since stays.
        if (before === null || at(shared) === before) ifAllowed(() => shared().removeItem(KEY));
        ifAllowed(() => own().removeItem(KEY));
      }
    },
  };
}
