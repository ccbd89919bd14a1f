/** @file Splits a batch into micro-batches: rows whose distinct prefixes are computed in one run. */
import { Forest, type ForestShape } from '../../policy/forest.ts';
import type { FloatArray } from '../../lib/floats.ts';
import type { TokenBatch } from '../trajectory/tokens.ts';
import type { OpenedSpec } from './feeds.ts';
import type { Leaves } from './jobs.ts';
import { type Places, rowsOf } from './shards.ts';
import { mapSlots } from './state.ts';

/** Some rows of a batch as leaves of a graph. */
export interface MicroBatch extends Places {
  readonly trajectory: Leaves;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * Columns of a row that are scored: those in `mask`, or with a weight if there is no mask; without either, all up to
 * the padding.
 */
function scoredColumns(batch: TokenBatch, columns: number, padId: number, row: number): number[] {
  const chosen: FloatArray | undefined = batch.arrays?.mask ?? batch.arrays?.weights;
  const all = range(columns);
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
  let places: { row: number; columns: readonly number[] }[] = [];
  const close = () => {
    const [rows, columns] = [places.map(({ row }) => row), places.map((place) => place.columns)];
    if (rows.length > 0) parts.push({ rows, columns, trajectory: { ...forest.leaves() } });
    [forest, places] = [new Forest(shape), []];
  };
  for (let first = 0; first < batch.rows; first += unit) {
    const added = range(Math.min(unit, batch.rows - first)).map((i) => ({
      row: first + i,
      tokenIds: batch.tokenIds.subarray((first + i) * width, (first + i + 1) * width),
      columns: scoredColumns(batch, shape.columns, padId, first + i),
    }));
    if (added.every(({ columns }) => columns.length === 0)) continue;
    if (!forest.add(added)) {
      close();
      forest.add(added);
    }
    places.push(...added);
  }
  close();
  return parts;
}

/** Consecutive rows of a policy that writes no tokens, padded with zeros. */
function slices({ policy }: OpenedSpec, { rows, trajectory = {} }: TokenBatch): MicroBatch[] {
  const [size, columns] = policy.choices;
  const all = range(columns);
  return range(Math.ceil(rows / size)).map((part) => {
    const start = part * size;
    const places = range(Math.min(size, rows - start)).map((i) => start + i);
    return {
      rows: places,
      columns: places.map(() => all),
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
