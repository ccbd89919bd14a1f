/** @file Numerical derivatives, for tests. */

/**
 * The derivative of f at each of the given entries of `point`, by the five-point stencil
 * f' = (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h, whose error is of order h^4.
 */
export async function derivatives(
  f: (point: readonly number[]) => Promise<number>,
  point: readonly number[],
  entries: readonly number[],
  h = 1e-4,
): Promise<number[]> {
  const results: number[] = [];
  for (const entry of entries) {
    const x = point[entry] as number;
    const at = (steps: number) => f(point.with(entry, x + steps * h));
    results.push((8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * h));
  }
  return results;
}

/**
 * Largest |a - b| of pairs, relative to |b|; entries far below the largest are measured relative to a thousandth of it.
 */
export function gradientError(actual: readonly number[], expected: readonly number[]): number {
  const floor = 1e-3 * expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return actual.reduce((most, a, i) => {
    const b = expected[i] as number;
    const error = Math.abs(a - b) / Math.max(Math.abs(b), floor);
    return Math.max(most, Number.isNaN(error) ? Infinity : error);
  }, 0);
}
