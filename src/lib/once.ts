/** @file Values that are computed when they are first asked for. */

/** A function that computes its value at the first call and answers the same one from then on. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: compute() }).value;
}
