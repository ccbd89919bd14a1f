/** @file Attention of one new token over a cache, on plain numbers. */
import type { Node } from '../graph/index.ts';
import type { Numbers } from './rule.ts';

/** A head turned to its position: each pair of its entries by an angle; the pairs are neighbours or halves. */
export function turned(
  x: Float64Array,
  position: number,
  cosines: Float64Array,
  sines: Float64Array,
  interleaved: boolean,
): Float64Array {
  const half = x.length / 2;
  const result = x.slice();
  for (let pair = 0; pair < half; pair++) {
    const [i, j] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + half];
    const [c, s] = [cosines[position * half + pair] as number, sines[position * half + pair] as number];
    result[i] = (x[i] as number) * c - (x[j] as number) * s;
    result[j] = (x[i] as number) * s + (x[j] as number) * c;
  }
  return result;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

/** The values of the cached tokens, mixed by softmax(q k / sqrt(size)). */
function mixed(query: Float64Array, keys: readonly Float64Array[], values: readonly Float64Array[]): Float64Array {
  const scores = keys.map((key) => dot(query, key) / Math.sqrt(query.length));
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return query.map((_, e) => weights.reduce((sum, w, t) => sum + (w / total) * (values[t]?.[e] as number), 0));
}

/** Attended values, and both caches with the new token written at its position. */
export function groupQueryAttention(node: Node<'groupQueryAttention'>, inputs: readonly Numbers[]): Float64Array[] {
  const [qkv, oldKeys, oldValues, positions, cosines, sines] = inputs.map(({ data }) => data) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { heads, kvHeads, capacity, interleaved } = node.attributes;
  const size = (sines.length / capacity) * 2;
  const [keys, values] = [oldKeys.slice(), oldValues.slice()];
  const attended: number[] = [];
  positions.forEach((position, row) => {
    const part = (head: number): Float64Array =>
      qkv.subarray((row * (heads + 2 * kvHeads) + head) * size, (row * (heads + 2 * kvHeads) + head + 1) * size);
    const turn = (x: Float64Array): Float64Array => turned(x, position, cosines, sines, interleaved);
    const cell = (head: number, t: number): number => ((row * kvHeads + head) * capacity + t) * size;
    for (let head = 0; head < kvHeads; head++) {
      keys.set(turn(part(heads + head)), cell(head, position));
      values.set(part(heads + kvHeads + head), cell(head, position));
    }
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / kvHeads));
      const past = (cache: Float64Array): Float64Array[] =>
        Array.from({ length: position + 1 }, (_, t) => cache.subarray(cell(shared, t), cell(shared, t) + size));
      attended.push(...mixed(turn(part(head)), past(keys), past(values)));
    }
  });
  return [Float64Array.from(attended), keys, values];
}
