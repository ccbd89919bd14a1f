/** @file Takes rows of batches for shards and micro-batches, and joins their results. */
import type { Sampled } from '../../policy/sampler.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import { mapSlots } from './state.ts';

/** Rows start..start+size of a [rows, width] array; missing rows are filled with `fill`. */
export function rowsOf<A extends Float32Array | Int32Array>(
  array: A,
  width: number,
  start: number,
  size: number,
  fill = 0,
): A {
  const part = array.slice(start * width, (start + size) * width) as A;
  if (part.length === size * width) return part;
  const whole = new (array.constructor as new (length: number) => A)(size * width);
  if (fill !== 0) whole.fill(fill);
  whole.set(part as never);
  return whole;
}

/** The arrays of a micro-batch [size, columns], from those of a batch; padded with zeros. */
export function arraysAt(
  { arrays }: Pick<GradientBatch, 'arrays'>,
  columns: number,
  rows: readonly number[],
  size: number,
): GradientBatch['arrays'] {
  return mapSlots(arrays as Readonly<Record<string, Float32Array>>, (array) => {
    const part = new Float32Array(size * columns);
    rows.forEach((row, i) => part.set(array.subarray(row * columns, (row + 1) * columns), i * columns));
    return part;
  });
}

/** Copies shards [shardSize, perRow] into `whole` [rows * perRow]; padding rows are dropped. */
function joinInto<A extends Float32Array | Int32Array>(
  whole: A,
  shards: readonly A[],
  perRow: number,
  size: number,
): A {
  shards.forEach((shard, i) =>
    whole.set(shard.subarray(0, whole.length - i * size * perRow) as never, i * size * perRow),
  );
  return whole;
}

/** Joins shards [shardSize, perRow] to [rows * perRow]; padding rows are dropped. */
export const joinedRows = (
  shards: readonly Float32Array[],
  rows: number,
  perRow: number,
  shardSize: number,
): Float32Array => joinInto(new Float32Array(rows * perRow), shards, perRow, shardSize);

/** Joins completions [shardSize, completionLength]. */
export const joinSampled = (
  shards: readonly Sampled[],
  rows: number,
  completionLength: number,
  shardSize: number,
): Sampled => ({
  tokenIds: joinInto(
    new Int32Array(rows * completionLength),
    shards.map(({ tokenIds }) => tokenIds),
    completionLength,
    shardSize,
  ),
  logProbs: joinedRows(
    shards.map(({ logProbs }) => logProbs),
    rows,
    completionLength,
    shardSize,
  ),
  lengths: joinInto(
    new Int32Array(rows),
    shards.map(({ lengths }) => lengths),
    1,
    shardSize,
  ),
});

/** Where the rows of a micro-batch stand in the batch, and each row's columns that have numbers. */
export interface Places {
  readonly rows: readonly number[];
  readonly columns: readonly (readonly number[])[];
}

/** The result of a micro-batch. */
export type Placed<T> = readonly [Places, T];

/** Sizes of a batch and of the arrays of its micro-batches. */
interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a micro-batch. */
  readonly size: number;
}

/** Arrays [size, columns, ...] of micro-batches as one [rows, columns, ...]; 0 in columns without numbers. */
function scattered(parts: readonly Placed<Float32Array | undefined>[], { rows, columns, size }: Extent): Float32Array {
  const width = Math.max(1, ...parts.map(([, part]) => (part?.length ?? 0) / (size * columns)));
  const whole = new Float32Array(rows * columns * width);
  for (const [places, part] of parts) {
    if (!part) continue;
    places.rows.forEach((row, i) => {
      for (const column of places.columns[i] ?? []) {
        const from = (i * columns + column) * width;
        whole.set(part.subarray(from, from + width), (row * columns + column) * width);
      }
    });
  }
  return whole;
}

/** The arrays of one name, joined. */
const joined = <Name extends string>(
  parts: readonly Placed<Readonly<Partial<Record<Name, Float32Array>>>>[],
  name: Name,
  extent: Extent,
): Float32Array =>
  scattered(
    parts.map(([places, result]) => [places, result[name]]),
    extent,
  );

/** Readings of a batch, [rows, columns] or [rows, columns, V], from those of its micro-batches. */
export function joinReadings(parts: readonly Placed<Reading>[], extent: Extent): Reading {
  const first = parts[0]?.[1];
  return {
    logProbs: joined(parts, 'logProbs', extent),
    entropy: joined(parts, 'entropy', extent),
    ...(first?.values ? { values: joined(parts, 'values', extent) } : {}),
    ...(first?.logDistribution ? { logDistribution: joined(parts, 'logDistribution', extent) } : {}),
    ...(first?.kl ? { kl: joined(parts, 'kl', extent) } : {}),
  };
}

/** Names of the statistics of each next token that a gradient pass returns. */
export const tokenStatistics = ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const;

/** Statistics of a batch [rows, columns]; losses are added in order, and a missing statistic is 0. */
export function joinStatistics(
  parts: readonly Placed<Partial<TokenStatistics> & { readonly loss: number }>[],
  extent: Extent,
): TokenStatistics {
  return {
    loss: parts.reduce((sum, [, { loss }]) => sum + loss, 0),
    logProbs: joined(parts, 'logProbs', extent),
    refLogProbs: joined(parts, 'refLogProbs', extent),
    entropy: joined(parts, 'entropy', extent),
    kl: joined(parts, 'kl', extent),
  };
}
