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

/** A file cut short, or with up to six other bytes, or both. */
export const mutated = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.option(fc.nat(good.length)), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }))
    .map(([cut, changes]) => {
      const copy = good.slice(0, cut ?? good.length);
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      return copy;
    });

/** Values that do not belong where they are put. */
export const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    false,
    '',
    'none',
    'pissa',
    'constructor',
    '__proto__',
    0,
    -1,
    0.5,
    1,
    2,
    3,
    1024,
    1e9,
    2 ** 53,
    1e308,
    -1e308,
    5e-324,
    [],
    {},
    [0],
    ['q_proj'],
    ['lm_head'],
    { q_proj: 2 },
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ maxLength: 12 }),
);

/** A value with one to three places replaced, or a number replaced by infinity. */
export function lies(value: Json): fc.Arbitrary<string> {
  const places = paths(value).filter((path) => path.length > 0);
  const numbers = places.filter(
    (path) =>
      typeof path.reduce<Json | undefined>(
        (inner, key) => (inner as Record<string, Json> | undefined)?.[key],
        value,
      ) === 'number',
  );
  const changes = fc.array(fc.tuple(fc.constantFrom(...places), hostile), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    {
      weight: 5,
      arbitrary: changes.map((of) => JSON.stringify(of.reduce((whole, [path, to]) => changed(whole, path, to), value))),
    },
    { weight: 1, arbitrary: fc.constantFrom(...numbers).map((path) => withInfinity(value, path)) },
  );
}

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
