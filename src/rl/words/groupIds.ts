/** @file Group ids: one number per row, [B]; rows with the same number belong together. */
import { assert } from '../../lib/assert.ts';

/** Ids of neighbours in groups of `size`: 0, 0, ..., 1, 1, ... UsageError unless `rows` is a multiple of `size`. */
export function equalGroups(rows: number, size: number): Int32Array {
  assert(
    Number.isInteger(size) && size >= 1 && rows % size === 0,
    `groups: ${rows} rows do not make whole groups of ${size}`,
  );
  return Int32Array.from({ length: rows }, (_, row) => Math.floor(row / size));
}

/** Ids of groups of these sizes that follow each other. */
export const groupIdsOf = (sizes: readonly number[]): Int32Array =>
  Int32Array.from(sizes.flatMap((size, id) => Array<number>(size).fill(id)));

/** Rows of each group in ascending order; groups in the order of their first rows. */
export function membersOf(ids: ArrayLike<number>): readonly (readonly number[])[] {
  const members = new Map<number, number[]>();
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number;
    const rows = members.get(id);
    if (rows) rows.push(row);
    else members.set(id, [row]);
  }
  return [...members.values()];
}
