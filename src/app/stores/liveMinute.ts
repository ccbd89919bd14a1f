/**
 * @file The live version of a stored result: two arms, one seed, as many steps as this machine makes in a minute, and a
 * rule of its own.
 */
import { quantile } from '../../lib/statistics.ts';
import type { StoredResult } from '../../lessons/storedResult.ts';
import type { ArmRuns } from '../../ui/charts/arms.ts';
import type { Row } from '../../ui/charts/series.ts';
import { armWords } from '../../ui/charts/words.ts';
import type { Plan } from './comparisonPlan.ts';

/** Seconds of training of both arms together; the rest of the minute opens the runs and evaluates. */
const TRAINING = 45;

/** A step in a page without a GPU over the same step on Node, the slowest measured so far. */
export const USUAL_SLOWNESS = 4.6;

/** Seconds of a step of the arm on Node; null in results from before they were recorded. */
const secondsOf = ({ arms }: Pick<StoredResult, 'arms'>, arm: string): number | null =>
  arms.find((one) => one.arm === arm)?.secondsPerStep ?? null;

/**
 * How many times slower than Node this machine is: the median step of a run of the arm’s preset over the arms’ mean
 * step on Node; null without such a run.
 */
export function measuredSlowness(
  result: StoredResult,
  run: { readonly preset: string | null; readonly rows: readonly Row[] },
): number | null {
  const times = run.rows.flatMap(({ values }) => values['step_time'] ?? []);
  const stored = result.arms.flatMap(({ secondsPerStep }) => secondsPerStep ?? []);
  if (run.preset !== result.preset || times.length < 2 || stored.length === 0) return null;
  return quantile(times.slice(1), 0.5) / quantile(stored, 0.5);
}

/** Seconds that arms × seeds take at this slowness; null where a time on Node is missing. `steps`: of each arm. */
export function secondsFor(
  result: Pick<StoredResult, 'arms'>,
  arms: readonly { readonly arm: string; readonly steps: number }[],
  seeds: number,
  slowness: number,
): number | null {
  const each = arms.map(({ arm, steps }) => {
    const seconds = secondsOf(result, arm);
    return seconds === null ? null : seconds * steps;
  });
  return each.includes(null) ? null : seeds * slowness * each.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);
}

/** The steps of each arm that fit, at most `most`, and their seconds; null without a live version or its times. */
export function minuteOf(
  result: StoredResult,
  most: number,
  slowness: number,
): { readonly steps: number; readonly seconds: number } | null {
  const { live } = result;
  const both = live && [live.of, live.against].map((arm) => ({ arm, steps: 1 }));
  const perStep = both ? secondsFor(result, both, 1, slowness) : null;
  if (perStep === null) return null;
  const steps = Math.max(1, Math.min(most, Math.floor(TRAINING / perStep)));
  return { steps, seconds: steps * perStep };
}

interface Ended {
  readonly value: { readonly mean: number } | null;
}

/** Whether both arms end apart as the live rule asks; null for another comparison, and while a number is missing. */
export function minuteAnswer(
  { minute }: Pick<Plan, 'minute'>,
  [first, second]: readonly Ended[],
): 'same' | 'other' | null {
  if (!minute || !first?.value || !second?.value) return null;
  const isAbove = first.value.mean > second.value.mean;
  const isBelow = first.value.mean < second.value.mean;
  return (minute.side === 'above' ? isAbove : isBelow) ? 'same' : 'other';
}

const RECORDED = 'recorded';

/** The recorded control of the live version as an arm to draw, pale; none for another comparison. */
export function recordedArm(
  { minute, steps }: Pick<Plan, 'minute' | 'steps'>,
  before: readonly ArmRuns[],
): readonly ArmRuns[] {
  if (!minute?.recorded) return [];
  const { title, seed, rewards: all } = minute.recorded;
  const rewards = all.slice(0, steps ?? undefined);
  const old = before.find(({ id, runs }) => id === RECORDED && runs[0]?.length === rewards.length);
  if (old) return [old];
  const rows = rewards.map((reward, index): Row => ({ step: index + 1, values: { reward }, ranges: {} }));
  return [{ id: RECORDED, name: armWords.recorded(title, seed), color: 'var(--other-soft)', runs: [rows] }];
}
