/**
 * @file Wrong values for tests of JSON readers: all paths into a value, the value with one place changed, and a record
 * of the refusals seen.
 */
import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Paths to all places in a value. */
export function paths(value: Json, here: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...here, key]))];
}

/** The value with `to` at the given path. */
export function changed(value: Json, [key, ...rest]: readonly string[], to: Json): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return to;
  if (Array.isArray(value))
    return value.map((inner, index) => (String(index) === key ? changed(inner, rest, to) : inner));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === key ? changed(inner, rest, to) : inner]),
  );
}

/** Number of files in a fuzz test: ROLLOUT_FUZZ_RUNS if set, else `usual`, which should take seconds. */
export const fuzzRuns = (usual: number): number => Number(process.env['ROLLOUT_FUZZ_RUNS'] ?? '') || usual;

/**
 * The JSON of a value with one of its numbers as 1e999, which JSON.parse reads as Infinity and JSON.stringify cannot
 * write.
 */
export const withInfinity = (value: Json, path: readonly string[]): string =>
  JSON.stringify(changed(value, path, '<infinite>')).replace('"<infinite>"', '1e999');

/** Float32 vectors with a non-finite number in them, or unchanged. */
export const spoiled = (data: Float32Array): fc.Arbitrary<Float32Array> =>
  fc
    .tuple(fc.nat(Math.max(0, data.length - 1)), fc.constantFrom(Number.NaN, Infinity, -Infinity, 3e38, 1e-45))
    .map(([at, value]) => data.map((x, i) => (i === at ? value : x)));

/** Refusals by kind, so that a kind no file of a fuzz test caused is reported. */
export class Refusals {
  private readonly counts = new Map<RegExp, number>();
  constructor(...kinds: readonly RegExp[]) {
    for (const kind of kinds) this.counts.set(kind, 0);
  }

  see(message: string): void {
    for (const [kind, count] of this.counts) if (kind.test(message)) this.counts.set(kind, count + 1);
  }

  /** Kinds that no file caused. */
  get missing(): readonly string[] {
    return [...this.counts].filter(([, count]) => count === 0).map(([kind]) => kind.source);
  }
}
