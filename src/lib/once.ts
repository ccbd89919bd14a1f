/** @file Lazy values. */

/** A function that computes its value at the first call and returns the same value from then on. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: compute() }).value;
}
