/** @file Splits batches into shards of a fixed size, and joins results of shards. */
import type { Sampled } from '../../policy/sampler.ts';
import type { GradientBatch, Reading, TokenStatistics } from '../trajectory/tokens.ts';

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

/** One shard of each array of a batch, padded with zeros. */
export function arrayShard(
  { arrays }: Pick<GradientBatch, 'arrays'>,
  columns: number,
  start: number,
  size: number,
): GradientBatch['arrays'] {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, rowsOf(array, columns, start, size)]));
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

/** Joins readings by name; arrays are [rows, columns] or [rows, columns, V]. */
export function joinReadings(shards: readonly Reading[], rows: number, shardSize: number): Reading {
  const joined = (name: keyof Reading): Float32Array => {
    const parts = shards.map((shard) => shard[name] ?? new Float32Array(0));
    return joinedRows(parts, rows, (parts[0]?.length ?? 0) / shardSize, shardSize);
  };
  const [first] = shards;
  return {
    logProbs: joined('logProbs'),
    entropy: joined('entropy'),
    ...(first?.values ? { values: joined('values') } : {}),
    ...(first?.logDistribution ? { logDistribution: joined('logDistribution') } : {}),
  };
}

/** Names of the statistics of each next token that a gradient pass returns. */
export const tokenStatistics = ['logProbs', 'refLogProbs', 'entropy', 'kl'] as const;

/** Joins statistics of shards and adds losses in order; a missing statistic is zeros [rows, columns]. */
export function joinStatistics(
  shards: readonly (Partial<TokenStatistics> & { readonly loss: number })[],
  rows: number,
  columns: number,
  shardSize: number,
): TokenStatistics {
  const joined = (name: (typeof tokenStatistics)[number]): Float32Array =>
    joinedRows(
      shards.map((shard) => shard[name] ?? new Float32Array(0)),
      rows,
      columns,
      shardSize,
    );
  return {
    loss: shards.reduce((sum, { loss }) => sum + loss, 0),
    logProbs: joined('logProbs'),
    refLogProbs: joined('refLogProbs'),
    entropy: joined('entropy'),
    kl: joined('kl'),
  };
}
