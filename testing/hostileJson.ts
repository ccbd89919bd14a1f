/**
 * @file Wrong values for readers of JSON, for tests: every place in a value, the value with another in that place, and
 * which refusals were met.
 */
import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Ways to every place in a value. */
export function paths(value: Json, here: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...here, key]))];
}

/** The value with `to` at a place. */
export function changed(value: Json, [key, ...rest]: readonly string[], to: Json): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return to;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? changed(inner, rest, to) : inner));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? changed(inner, rest, to) : inner]),
  );
}

/** Files of a fuzz test: as many as ROLLOUT_FUZZ_RUNS says, else what takes seconds. */
export const fuzzRuns = (usual: number): number => Number(process.env['ROLLOUT_FUZZ_RUNS'] ?? '') || usual;

/**
 * The JSON of a value with one of its numbers as 1e999, which JSON.parse reads as Infinity and JSON.stringify cannot
 * write.
 */
export const withInfinity = (value: Json, path: readonly string[]): string =>
  JSON.stringify(changed(value, path, '<infinite>')).replace('"<infinite>"', '1e999');

/** Float32 vectors with a number in them that is not finite, or as they were. */
export const spoiled = (data: Float32Array): fc.Arbitrary<Float32Array> =>
  fc
    .tuple(fc.nat(Math.max(0, data.length - 1)), fc.constantFrom(Number.NaN, Infinity, -Infinity, 3e38, 1e-45))
    .map(([at, value]) => data.map((x, i) => (i === at ? value : x)));

/** Refusals by kind, so that a kind that no file of a fuzz test reached is seen. */
export class Refusals {
  private readonly counts = new Map<RegExp, number>();
  constructor(...kinds: readonly RegExp[]) {
    for (const kind of kinds) this.counts.set(kind, 0);
  }

  see(message: string): void {
    for (const [kind, count] of this.counts) if (kind.test(message)) this.counts.set(kind, count + 1);
  }

  /** Kinds that were never met. */
  get missing(): readonly string[] {
    return [...this.counts].filter(([, count]) => count === 0).map(([kind]) => kind.source);
  }
}
