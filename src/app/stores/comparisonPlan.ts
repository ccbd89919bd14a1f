/**
 * @file The plan of a comparison, arms × seeds with their runs, as plain data: from the atlas, from a link, or built in
 * the page.
 */
import { z } from '../../lib/zod.ts';
import { experimentSchema, metricSchema } from '../../lessons/storedResult.ts';
import { knobs } from '../../rl/config/knobs.ts';
import type { Row } from '../../ui/charts/series.ts';
import { RUN_COLORS } from '../storage/schema.ts';

/** The word of a link that holds a plan. */
export const COMPARE = 'compare';

/** One arm per colour. */
export const MOST_ARMS = RUN_COLORS;
export const MOST_SEEDS = 10;
/** Characters of the settings of one arm: room for an objective and four reward terms in JavaScript, encoded. */
const MOST_WORDS = 200_000;

/** One run of a comparison. */
export interface Cell {
  /** Id of the arm. */
  readonly arm: string;
  readonly seed: number;
}

const armId = z.string().min(1).max(200);
const seed = z.number().int().min(knobs.seed.min).max(knobs.seed.max);
const seeds = z.array(seed).min(1).max(MOST_SEEDS);
/** Maximal steps per run; null keeps the steps of each arm. */
const steps = z.number().int().min(knobs.maxSteps.min).max(knobs.maxSteps.max).nullable();
const runId = z.string().regex(/^[0-9a-f]{8,64}$/);
/** In the order in which they began, at most one per cell. `done`: it finished with the settings of its arm. */
const runs = z.array(z.strictObject({ arm: armId, seed, id: runId, done: z.boolean() })).max(MOST_ARMS * MOST_SEEDS);

const armSchema = z
  .strictObject({
    id: armId,
    title: z.string().trim().min(1).max(200),
    /** All settings but the seed, as words of a link; empty in a plan from before arms carried them. */
    words: z.string().max(MOST_WORDS),
  })
  .readonly();

/** The rule of a live version, and the recorded control that is drawn beside its two arms. */
const minuteSchema = z
  .strictObject({
    side: z.enum(['above', 'below']),
    recorded: z
      .strictObject({
        title: armSchema.unwrap().shape.title,
        seed,
        rewards: z.array(z.number()).min(1).max(knobs.maxSteps.max),
      })
      .nullable(),
  })
  .readonly();

const currentSchema = z.strictObject({
  /** The stored result `claims/ID.json` that it trains again, or null. */
  experiment: experimentSchema.nullable().default(null),
  /** The number by which that result is judged first. */
  metric: metricSchema.nullable().default(null),
  /** In the order of their colours; the others are compared with the first. */
  arms: z.array(armSchema).min(1).max(MOST_ARMS),
  seeds,
  steps: steps.default(null),
  /** The kept run and its step at which every run begins; absent for runs from step 0. */
  from: z.strictObject({ run: runId, step: z.number().int().min(1).max(knobs.maxSteps.max) }).exactOptional(),
  /** Of the live version of a stored result; absent in another comparison. */
  minute: minuteSchema.exactOptional(),
  runs: runs.default([]),
});

/** Plans from before arms carried their settings name the arms of a stored result. */
const earlierSchema = z
  .strictObject({ experiment: experimentSchema, arms: z.array(armId).min(1).max(MOST_ARMS), seeds, steps, runs })
  .transform(({ arms, ...rest }) => ({
    ...rest,
    metric: null,
    arms: arms.map((id) => ({ id, title: id, words: '' })),
  }));

export type Arm = z.infer<typeof armSchema>;
export type Plan = Readonly<z.infer<typeof currentSchema>>;
export type PlannedRun = Plan['runs'][number];

const isSame = (a: Cell, b: Cell) => a.arm === b.arm && a.seed === b.seed;
const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;

/** Seed by seed and within a seed arm by arm, so that every arm soon has a line. */
export const cellsOf = ({ arms, seeds: all }: Pick<Plan, 'arms' | 'seeds'>): readonly Cell[] =>
  all.flatMap((one) => arms.map(({ id }) => ({ arm: id, seed: one })));

export const runOf = ({ runs: all }: Pick<Plan, 'runs'>, cell: Cell): PlannedRun | undefined =>
  all.find((run) => isSame(run, cell));

/** The cells without a finished run, in order. */
export const missingOf = (plan: Plan): readonly Cell[] => cellsOf(plan).filter((cell) => !runOf(plan, cell)?.done);

/** The plan with this run for its cell. */
export const withRun = (plan: Plan, run: PlannedRun): Plan => ({
  ...plan,
  runs: [...plan.runs.filter((other) => !isSame(other, run)), run],
});

/** The plan with one more arm; if all colours are used, it replaces the arm with the oldest run. */
export function withArm(plan: Plan, arm: Arm): Plan {
  if (plan.arms.some(({ id }) => id === arm.id)) return plan;
  if (plan.arms.length < MOST_ARMS) return { ...plan, arms: [...plan.arms, arm] };
  const oldest = plan.runs[0]?.arm;
  return {
    ...plan,
    arms: plan.arms.map((other) => (other.id === oldest ? arm : other)),
    runs: plan.runs.filter((run) => run.arm !== oldest),
  };
}

export const armOf = ({ arms }: Pick<Plan, 'arms'>, id: string | undefined): Arm | undefined =>
  arms.find((arm) => arm.id === id);

/** The rows of a run of the plan that it trained itself: after the beginning, not those of the run it continues. */
export const ownRows = ({ from }: Pick<Plan, 'from'>, rows: readonly Row[]): readonly Row[] =>
  from ? rows.filter(({ step }) => step > from.step) : rows;

/** Whether two plans train the same runs. */
export const isSamePlan = (one: Plan, other: Plan): boolean => linkOf(one) === linkOf(other);

/** The words of the link that trains a cell. `own`: steps of the arm without a limit. */
export function cellWords(
  { words }: Pick<Arm, 'words'>,
  { seed: one }: Pick<Cell, 'seed'>,
  limit: number | null,
  own: (words: URLSearchParams) => number,
): URLSearchParams {
  const all = new URLSearchParams(words);
  all.set(knobs.seed.id, String(one));
  if (limit !== null && limit < own(all)) all.set(knobs.maxSteps.id, String(limit));
  return all;
}

/** Why the parts of a valid plan contradict each other, or null. */
function contradiction(plan: Plan): string | null {
  if (!isUnique(plan.arms.map(({ id }) => id))) return 'arms: each id once';
  if (!isUnique(plan.seeds)) return 'seeds: each once';
  const isWhole =
    isUnique(plan.runs.map(({ id }) => id)) &&
    plan.runs.every((run) => runOf(plan, run) === run && cellsOf(plan).some((cell) => isSame(cell, run)));
  return isWhole ? null : 'runs: one for each arm and seed';
}

/** A plan from outside, or a sentence that names the wrong field. Never throws. */
export function checkPlan(value: unknown): Plan | string {
  const earlier = earlierSchema.safeParse(value);
  const read = earlier.success ? earlier : currentSchema.safeParse(value);
  if (read.success) return contradiction(read.data) ?? read.data;
  const [issue] = read.error.issues;
  return [issue?.path.join('.') ?? '', issue?.message ?? ''].filter((part) => part !== '').join(': ');
}

/** A plan as JSON, or a sentence. Never throws. */
export function readPlan(text: string): Plan | string {
  try {
    return checkPlan(JSON.parse(text));
  } catch {
    return 'not JSON';
  }
}

/** The plan as the word of a link: without its runs, and without fields that are null. */
export const linkOf = ({ experiment, metric, arms, seeds: all, steps: limit, from, minute }: Plan): string =>
  JSON.stringify({
    ...(experiment === null ? {} : { experiment }),
    ...(metric === null ? {} : { metric }),
    arms: arms.map(({ id, title, words }) => ({ id, title, words })),
    seeds: all,
    ...(limit === null ? {} : { steps: limit }),
    ...(from ? { from } : {}),
    ...(minute ? { minute } : {}),
  });

/** The plan in the word of a link, without runs: those of the sender are not here. */
export function readPlanLink(text: string): Plan | string {
  const plan = readPlan(text);
  return typeof plan === 'string' ? plan : { ...plan, runs: [] };
}
