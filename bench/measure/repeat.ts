/** @file Repeats a measurement that other processes disturbed. */
import type { Usage } from './quiet.ts';

/** Share of the processors that others may take before a measurement is repeated. */
export const DISTURBED = 0.05;

export interface Kept<T> {
  readonly value: T;
  /** Of the measurement that is kept. */
  readonly others: number | null;
  readonly repeats: number;
}

/**
 * Measures until others took at most `DISTURBED` of the processors, and at most `most` times again; keeps the
 * measurement with the least disturbance, never the fastest.
 */
export async function undisturbed<T>(
  measure: () => Promise<T>,
  watch: () => () => Usage,
  most: number,
): Promise<Kept<T>> {
  let best: Kept<T> | null = null;
  for (let repeats = 0; ; repeats++) {
    const end = watch();
    const value = await measure();
    const { others } = end();
    if (best === null || (others ?? 0) < (best.others ?? 0)) best = { value, others, repeats };
    if ((others ?? 0) <= DISTURBED || repeats === most) return { ...best, repeats };
  }
}
