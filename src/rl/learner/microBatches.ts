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

interface Unit {
  readonly row: number;
  readonly tokenIds: Int32Array;
  readonly columns: readonly number[];
}

/** The rows of a batch in units of `unit` rows; units without a scored column are left out. */
function unitsOf(batch: TokenBatch, columns: number, padId: number, unit: number): Unit[][] {
  const width = columns + 1;
  return range(Math.ceil(batch.rows / unit))
    .map((i) => range(Math.min(unit, batch.rows - i * unit)).map((of) => i * unit + of))
    .map((rows) =>
      rows.map((row) => ({
        row,
        tokenIds: batch.tokenIds.subarray(row * width, (row + 1) * width),
        columns: scoredColumns(batch, columns, padId, row),
      })),
    )
    .filter((rows) => rows.some((row) => row.columns.length > 0));
}

/** States from which on a batch is divided, so that a second lane has work. */
const DIVIDED = 48;

/** Most states of a micro-batch, so that all are about equal. */
function statesOfEach(shape: ForestShape, units: readonly Unit[][]): number {
  const whole = new Forest({ ...shape, rows: Infinity, states: Infinity });
  whole.add(units.flat());
  const count = Math.max(whole.size > DIVIDED ? 2 : 1, Math.ceil(whole.size / shape.states));
  const longest = Math.max(...units.map((unit) => unit.length)) * shape.columns;
  // Prefixes that two micro-batches share are in both.
  return Math.min(shape.states, Math.max(longest, Math.ceil((1.1 * whole.size) / count)));
}

/** Micro-batches of whole units, in their order. */
function forests(shape: ForestShape, units: readonly Unit[][]): MicroBatch[] {
  if (units.length === 0) return [];
  const each = { ...shape, states: shape.isFixed ? shape.states : statesOfEach(shape, units) };
  const parts: MicroBatch[] = [];
  let forest = new Forest(each);
  let places: Unit[] = [];
  const close = () => {
    const [rows, columns] = [places.map(({ row }) => row), places.map((place) => place.columns)];
    parts.push({ rows, columns, trajectory: { ...forest.leaves() } });
    [forest, places] = [new Forest(each), []];
  };
  for (const unit of units) {
    if (!forest.add(unit)) {
      close();
      forest.add(unit);
    }
    places.push(...unit);
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
  const { forest, special, unit } = decoder;
  return forests(forest, unitsOf(batch, forest.columns, special.padId, unit));
}
