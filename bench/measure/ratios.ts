/** @file Times of interleaved rounds as ratios to one engine, round by round. */
import { assert } from '../../src/lib/assert.ts';
import { quantile } from '../../src/lib/statistics.ts';

/** Milliseconds of one engine, by round; null where it was not measured. */
export type Rounds = readonly (number | null)[];

export interface Ratio {
  /** Median of the rounds' ratios of time; above 1 is slower than the base. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/**
 * The ratios to `base`, of the rounds in which both were measured; null if there is none. A round's ratio compares two
 * times taken close to each other, so a machine that slows down between rounds changes no ratio.
 */
export function ratioTo(base: Rounds, times: Rounds): Ratio | null {
  assert(base.length === times.length, `rounds: ${base.length} of the base and ${times.length} of the engine`);
  const ratios = times.flatMap((time, i) => {
    const of = base[i] ?? null;
    return time === null || of === null ? [] : [time / of];
  });
  if (ratios.length === 0) return null;
  return {
    median: quantile(ratios, 0.5),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    rounds: ratios.length,
  };
}

export interface Spread {
  readonly best: number;
  readonly median: number;
}

/** The best and the median time; null without a time. */
export function spreadOf(times: Rounds): Spread | null {
  const found = times.filter((time) => time !== null);
  return found.length === 0 ? null : { best: Math.min(...found), median: quantile(found, 0.5) };
}

/** Ratios within this factor of 1 are no difference on a shared machine. */
const TIE = 1.25;

/** Whether two engines count as equally fast. */
export const isTie = ({ median }: Pick<Ratio, 'median'>): boolean => median < TIE && median > 1 / TIE;
