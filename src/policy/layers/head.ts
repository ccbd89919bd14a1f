/**
 * @file The output head in chunks of the vocabulary: sums over tokens that a softmax needs, carried from chunk to
 * chunk with a running maximum (arXiv 1805.02867), so that no tensor holds a number for every state and token. Beside
 * the sums for log-probability, entropy and KL it carries those for their derivatives, since the head is frozen: of the
 * embedding E under the softmax p, and of z E. With them one pass over the vocabulary is enough.
 */
import {
  add,
  div,
  exp,
  input,
  log,
  matmul,
  max,
  mul,
  neg,
  reduceMax,
  reduceSum,
  reshape,
  sub,
  transpose,
  type Value,
} from '../../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import type { HostTensor } from '../../engine/runtime/runtime.ts';

/** Numbers that a pass over the vocabulary adds up beside those of the entropy. */
export interface HeadNeeds {
  /** The KL divergence to a reference. */
  readonly reference: boolean;
  /** Derivatives of the log-probability of a token, or also of the entropy. */
  readonly slopes: 'none' | 'logProbs' | 'entropy';
}

/** Rows of a pass and sizes of the head. */
export interface HeadShape {
  readonly states: number;
  readonly dim: number;
  /** Tokens of a chunk. */
  readonly chunk: number;
}

/** Parts of a vocabulary: rows of the table [chunk], those beyond it the last row, with -1e30 in `unused` [1, chunk]. */
export const chunksOf = (chunk: number, vocabSize: number): { ids: Int32Array; unused: HostTensor }[] =>
  Array.from({ length: Math.ceil(vocabSize / chunk) }, (_, part) => {
    const tokens = Array.from({ length: chunk }, (_token, i) => part * chunk + i);
    return {
      ids: Int32Array.from(tokens, (token) => Math.min(token, vocabSize - 1)),
      unused: {
        dtype: 'float32',
        shape: [1, chunk],
        data: Float32Array.from(tokens, (token) => (token < vocabSize ? 0 : -1e30)),
      },
    };
  });

/** Name and width of each sum [states, width], and the value before the first chunk. */
function sumsOf({ reference, slopes }: HeadNeeds, { dim }: HeadShape) {
  return [
    { name: 'top', width: 1, start: -1e30 },
    { name: 'total', width: 1, start: 0 },
    { name: 'energy', width: 1, start: 0 },
    ...(slopes === 'none' ? [] : [{ name: 'mean', width: dim, start: 0 }]),
    ...(slopes === 'entropy' ? [{ name: 'spread', width: dim, start: 0 }] : []),
    ...(reference
      ? [
          { name: 'refTop', width: 1, start: -1e30 },
          { name: 'refTotal', width: 1, start: 0 },
          { name: 'cross', width: 1, start: 0 },
        ]
      : []),
  ];
}

/** The sums before the first chunk, by name. */
export const emptySums = (needs: HeadNeeds, shape: HeadShape) =>
  Object.fromEntries(
    sumsOf(needs, shape).map(({ name, width, start }) => [
      name,
      {
        dtype: 'float32' as const,
        shape: [shape.states, width],
        data: new Float32Array(shape.states * width).fill(start),
      },
    ]),
  );

/** The sums as inputs. */
export const fedSums = (needs: HeadNeeds, shape: HeadShape): Readonly<Record<string, Value>> =>
  Object.fromEntries(sumsOf(needs, shape).map(({ name, width }) => [name, input(name, [shape.states, width])]));

/** Output that replaces a sum. */
export const nextSum = (name: string): string => `next.${name}`;

const along = (x: Value): Value => reduceSum(x, { axes: -1, keepDims: true });

/**
 * One chunk: hidden states [states, d], the sums so far, `rows` [chunk, d] of the table E and `unused` [1, chunk],
 * which is -1e30 for rows beyond the vocabulary and else 0 -> the next sums. Of logits z: top = max z, total = sum e^(z
 * - top), energy = sum e^(z - top) (z - top), mean = sum e^(z - top) E, spread = sum e^(z - top) (z - top) E, and of
 * reference logits r: cross = sum e^(z - top) (z - r).
 */
export function chunkGraph(needs: HeadNeeds, shape: HeadShape): CompiledGraph {
  const { states, dim, chunk } = shape;
  const before = fedSums(needs, shape);
  const table = input('rows', [chunk, dim]);
  const unused = input('unused', [1, chunk]);
  const temperature = input('temperature', []);
  const logits = (hidden: string): Value =>
    add(matmul(div(input(hidden, [states, dim]), temperature), transpose(table)), unused);
  /** The new maximum, e^(z - top), and a sum of the chunks before relative to it. */
  const raised = (z: Value, top: Value) => {
    const next = max(top, reduceMax(z, { axes: -1, keepDims: true }));
    const shift = sub(top, next);
    const kept = (sum: Value): Value => mul(exp(shift), sum);
    return { next, shift, above: sub(z, next), kept };
  };
  const z = logits('hidden');
  const { top, total, energy, mean, spread, refTop, refTotal, cross } = before as Record<string, Value>;
  const { next, shift, above, kept } = raised(z, top as Value);
  const share = exp(above);
  const weighted = mul(share, above);
  /** A sum of (z - top) times something becomes relative to the next top. */
  const moved = (sum: Value, of: Value): Value => kept(add(sum, mul(shift, of)));
  const sums: Record<string, Value> = {
    top: next,
    total: add(kept(total as Value), along(share)),
    energy: add(moved(energy as Value, total as Value), along(weighted)),
  };
  if (mean) sums.mean = add(kept(mean), matmul(share, table));
  if (spread) sums.spread = add(moved(spread, mean as Value), matmul(weighted, table));
  if (refTop) {
    const r = logits('refHidden');
    const ref = raised(r, refTop);
    sums.refTop = ref.next;
    sums.refTotal = add(ref.kept(refTotal as Value), along(exp(ref.above)));
    sums.cross = add(kept(cross as Value), along(mul(share, sub(z, r))));
  }
  return compile('chunk', Object.fromEntries(Object.entries(sums).map(([name, value]) => [nextSum(name), value])));
}

/** Numbers of each state [S], nats, from the sums over the whole vocabulary. */
export interface HeadNumbers {
  /** Of the state's target token. */
  readonly logProbs: Value;
  readonly entropy: Value;
  /** With a reference. */
  readonly refLogProbs?: Value;
  readonly kl?: Value;
  /** The cotangent of the hidden state [S, d] from those of log-probability and entropy [S]; needs slopes. */
  slope(logProbs: Value, entropy: Value | null): Value;
}

/**
 * Of hidden states [S, d] and the table's rows of their target tokens [S, d]: log p = z - lse and
 * d log p / dh = (E_target - <E>) / T; H = lse - <z> and dH / dh = -(<z E> - <z> <E>) / T, with averages under p.
 */
export function headNumbers(
  sums: Readonly<Record<string, Value>>,
  hidden: Value,
  refHidden: Value | null,
  targets: Value,
  temperature: Value,
): HeadNumbers {
  const { top, total, energy, mean, spread, refTop, refTotal, cross } = sums as Record<string, Value>;
  const flat = (x: Value): Value => reshape(x, [-1]);
  const column = (x: Value): Value => reshape(x, [-1, 1]);
  const logit = (h: Value): Value => along(mul(div(h, temperature), targets));
  const averaged = (sum: Value | undefined): Value => div(sum as Value, total as Value);
  const lse = add(top as Value, log(total as Value));
  const refLse = refTop && add(refTop, log(refTotal as Value));
  return {
    logProbs: flat(sub(logit(hidden), lse)),
    entropy: flat(sub(log(total as Value), averaged(energy))),
    ...(refHidden && refLse
      ? { refLogProbs: flat(sub(logit(refHidden), refLse)), kl: flat(add(averaged(cross), sub(refLse, lse))) }
      : {}),
    slope(logProbs, entropy) {
      const tokens = mul(column(logProbs), sub(targets, averaged(mean)));
      const spreads = entropy && sub(averaged(spread), mul(averaged(energy), averaged(mean)));
      return div(spreads ? add(tokens, mul(column(neg(entropy)), spreads)) : tokens, temperature);
    },
  };
}
