/** @file Straight lines through measurements on logarithmic axes. */
import { assert } from '../../../src/lib/assert.ts';
import { mean } from '../../../src/lib/statistics.ts';

export interface LogLogFit {
  /** The exponent p of y = c x^p. */
  readonly slope: number;
  /** Largest distance of a point from the line, as a share of its y: 0.05 is 5 %. */
  readonly residual: number;
}

/** Least squares through (log x, log y). UsageError for fewer than two different x, or a number that is not positive. */
export function logLogFit(xs: readonly number[], ys: readonly number[]): LogLogFit {
  assert(new Set(xs).size >= 2 && xs.length === ys.length, 'x: two different numbers are needed, with a y each');
  assert(
    [...xs, ...ys].every((value) => value > 0),
    'x, y: positive numbers are needed',
  );
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)];
  const [centerU, centerV] = [mean(u), mean(v)];
  const along = u.map((value) => value - centerU);
  const slope = along.reduce((sum, d, i) => sum + d * (v[i] as number), 0) / along.reduce((sum, d) => sum + d * d, 0);
  const distances = along.map((d, i) => Math.abs(Math.expm1((v[i] as number) - centerV - slope * d)));
  return { slope, residual: Math.max(...distances) };
}
