/** @file Wrong values for readers of JSON, for tests: every place in a value, and the value with another in that place. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Ways to every place in a value. */
export function paths(value: Json, here: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...here, key]))];
}

/** The value with `to` at a place. */
export function changed(value: Json, [key, ...rest]: readonly string[], to: Json): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return to;
  if (Array.isArray(value)) return value.map((inner, index) => (String(index) === key ? changed(inner, rest, to) : inner));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === key ? changed(inner, rest, to) : inner]));
}
