/** @file The fused decoding attention as a sample: the operator, and the same numbers from plain loops. For tests. */
import * as g from '../../src/engine/graph/index.ts';
import { at, type Plain } from './plainLoops.ts';

const sizes = { batch: 2, heads: 4, kvHeads: 2, capacity: 3, head: 16 };
/** Position of the new token in each row. */
const positions = [0, 2];

const angle = (position: number, pair: number): number => position * 10 ** -(pair / (sizes.head / 2));
const table = (f: (angle: number) => number): g.Value =>
  g.constant(
    Array.from({ length: sizes.capacity * (sizes.head / 2) }, (_, i) =>
      f(angle(Math.floor(i / (sizes.head / 2)), i % (sizes.head / 2))),
    ),
    [sizes.capacity, sizes.head / 2],
  );

/** A head rotated to its position (RoPE); the pairs are neighbours or halves. */
function turned(x: readonly number[], position: number, interleaved: boolean): number[] {
  const half = sizes.head / 2;
  const result = [...x];
  for (let pair = 0; pair < half; pair++) {
    const [i, j] = interleaved ? [2 * pair, 2 * pair + 1] : [pair, pair + half];
    const [a, b] = [x[i] as number, x[j] as number];
    const [c, s] = [Math.cos(angle(position, pair)), Math.sin(angle(position, pair))];
    result[i] = a * c - b * s;
    result[j] = a * s + b * c;
  }
  return result;
}

export const attentionShapes: readonly g.Shape[] = [
  [sizes.batch, 1, (sizes.heads + 2 * sizes.kvHeads) * sizes.head],
  [sizes.batch, sizes.kvHeads, sizes.capacity, sizes.head],
  [sizes.batch, sizes.kvHeads, sizes.capacity, sizes.head],
];

/** Attended values, then both caches up to each row's position (0 beyond), concatenated. */
export function attentionSample(interleaved: boolean) {
  const { heads, kvHeads, capacity } = sizes;
  const filled = positions.flatMap((p) => Array.from({ length: capacity }, (_, i) => (i <= p ? 1 : 0)));
  const build = (qkv: g.Value, keys: g.Value, values: g.Value): g.Value => {
    const rotary = { cosines: table(Math.cos), sines: table(Math.sin) };
    const position = g.constant(positions, [sizes.batch], 'int');
    const outputs = g.groupQueryAttention(qkv, keys, values, position, rotary, {
      heads,
      kvHeads,
      capacity,
      interleaved,
    });
    const mask = g.greater(g.constant(filled, [sizes.batch, 1, capacity, 1]), 0);
    const flat = (v: g.Value) => g.reshape(v, [-1]);
    return g.concat(
      [flat(outputs.attended), flat(g.where(mask, outputs.keyCache, 0)), flat(g.where(mask, outputs.valueCache, 0))],
      0,
    );
  };
  return { build, expected: (qkv: Plain, keys: Plain, values: Plain) => attend(interleaved, qkv, keys, values) };
}

function attend(interleaved: boolean, qkv: Plain, keys: Plain, values: Plain): number[] {
  const { batch, heads, kvHeads, capacity, head } = sizes;
  const attended: number[] = [];
  const caches: [number[], number[]] = [[], []];
  for (let row = 0; row < batch; row++) {
    const position = positions[row] as number;
    const part = (first: number, h: number) =>
      Array.from({ length: head }, (_, e) => at(qkv, [row, 0, (first + h) * head + e]));
    const cached = (x: Plain, h: number, t: number) => Array.from({ length: head }, (_, e) => at(x, [row, h, t, e]));
    const past = (x: Plain, fresh: (h: number) => number[]) =>
      Array.from({ length: kvHeads }, (_, h) =>
        Array.from({ length: position + 1 }, (_unused, t) => (t < position ? cached(x, h, t) : fresh(h))),
      );
    const k = past(keys, (h) => turned(part(heads, h), position, interleaved));
    const v = past(values, (h) => part(heads + kvHeads, h));
    for (let h = 0; h < heads; h++) {
      const group = Math.floor(h / (heads / kvHeads));
      const q = turned(part(0, h), position, interleaved);
      const scores = (k[group] as number[][]).map((key) =>
        Math.exp(key.reduce((total, x, e) => total + x * (q[e] as number), 0) / Math.sqrt(head)),
      );
      const total = scores.reduce((a, b) => a + b, 0);
      for (let e = 0; e < head; e++)
        attended.push(scores.reduce((mix, s, t) => mix + (s / total) * (v[group]?.[t]?.[e] as number), 0));
    }
    [k, v].forEach((cache, i) =>
      cache.forEach((steps) => {
        for (let t = 0; t < capacity; t++) caches[i as 0 | 1].push(...(steps[t] ?? Array<number>(head).fill(0)));
      }),
    );
  }
  return [...attended, ...caches[0], ...caches[1]];
}
