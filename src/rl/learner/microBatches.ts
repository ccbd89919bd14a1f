/** @file Splits a batch into micro-batches: rows whose distinct prefixes are computed in one run. */
import { Forest, type ForestShape } from '../../policy/forest.ts';
import type { FloatArray } from '../../lib/floats.ts';
import type { TokenBatch } from '../trajectory/tokens.ts';
import type { OpenedSpec } from './feeds.ts';
import type { Leaves } from './jobs.ts';
import { rowsOf } from './shards.ts';
import { mapSlots } from './state.ts';

/** Some rows of a batch as leaves of a graph. */
export interface MicroBatch {
  /** Where they stand in the batch. */
  readonly rows: readonly number[];
  readonly trajectory: Leaves;
}

/**
 * Columns of a row that are scored: those in `mask`, or with a weight if there is no mask; without either, all up to
 * the padding.
 */
function scoredColumns(batch: TokenBatch, columns: number, padId: number, row: number): number[] {
  const chosen: FloatArray | undefined = batch.arrays?.mask ?? batch.arrays?.weights;
  const all = Array.from({ length: columns }, (_, column) => column);
  if (chosen) return all.filter((column) => chosen[row * columns + column] !== 0);
  const tokens = batch.tokenIds.subarray(row * (columns + 1), (row + 1) * (columns + 1));
  return all.slice(
    0,
    tokens.findLastIndex((token) => token !== padId),
  );
}

/** Micro-batches of whole units of `unit` rows, in their order. Rows without a scored column are left out. */
function forests(shape: ForestShape, batch: TokenBatch, padId: number, unit: number): MicroBatch[] {
  const width = shape.columns + 1;
  const parts: MicroBatch[] = [];
  let forest = new Forest(shape);
  let rows: number[] = [];
  const close = () => {
    if (rows.length > 0) parts.push({ rows, trajectory: { ...forest.leaves() } });
    [forest, rows] = [new Forest(shape), []];
  };
  for (let first = 0; first < batch.rows; first += unit) {
    const places = Array.from({ length: Math.min(unit, batch.rows - first) }, (_, i) => first + i);
    const added = places.map((row) => ({
      tokenIds: batch.tokenIds.subarray(row * width, (row + 1) * width),
      columns: scoredColumns(batch, shape.columns, padId, row),
    }));
    if (added.every(({ columns }) => columns.length === 0)) continue;
    if (!forest.add(added)) {
      close();
      forest.add(added);
    }
    rows.push(...places);
  }
  close();
  return parts;
}

/** Consecutive rows of a policy that writes no tokens, padded with zeros. */
function slices({ policy }: OpenedSpec, { rows, trajectory = {} }: TokenBatch): MicroBatch[] {
  const [size] = policy.choices;
  return Array.from({ length: Math.ceil(rows / size) }, (_, part) => {
    const start = part * size;
    return {
      rows: Array.from({ length: Math.min(size, rows - start) }, (_unused, i) => start + i),
      trajectory: mapSlots(trajectory, (leaf) => rowsOf(leaf, leaf.length / rows, start, size)),
    };
  });
}

/** The micro-batches of a batch. They depend on its rows alone, so results do not depend on the number of lanes. */
export function microBatches(opened: OpenedSpec, batch: TokenBatch): MicroBatch[] {
  const { decoder } = opened;
  if (batch.trajectory || !decoder) return slices(opened, batch);
  return forests(decoder.forest, batch, decoder.special.padId, decoder.unit);
}
