import { describe, expect, it } from 'vitest';
import type { Row, Series } from './series.ts';
import { stopsOf } from './stops.ts';

const series: readonly Series[] = [{ key: 'kl', label: 'KL', unit: '', color: 'red', draw: 'line' }];
const rowsOf = (steps: number, seconds: number): readonly Row[] =>
  Array.from({ length: steps }, (_, index) => ({
    step: index + 1,
    values: { kl: index, step_time: seconds, num_tokens: 100 * (index + 1) },
    ranges: {},
  }));
const other = (rows: readonly Row[]) => ({ id: 'a', name: 'a', color: 'blue', rows });
const none = { series, others: [], arms: [], axis: 'step' as const };

describe('stopsOf', () => {
  it('are the rows of the current run where nothing reaches beyond it', () => {
    const rows = rowsOf(3, 1);
    expect(stopsOf({ ...none, rows, others: [other(rowsOf(2, 1))] }).rows).toBe(rows);
    expect([...stopsOf({ ...none, rows }).xs]).toEqual([1, 2, 3]);
  });

  it('go on to the end of the longest run or arm', () => {
    const rows = rowsOf(2, 1);
    expect([...stopsOf({ ...none, rows, others: [other(rowsOf(3, 1)), other(rowsOf(5, 1))] }).xs]).toEqual([
      1, 2, 3, 4, 5,
    ]);
    const arm = { id: 'b', name: 'b', color: 'blue', runs: [rowsOf(4, 1), rowsOf(4, 1)] };
    expect([...stopsOf({ ...none, rows, arms: [arm] }).xs]).toEqual([1, 2, 3, 4]);
    expect([...stopsOf({ ...none, rows: [], others: [other(rowsOf(2, 1))] }).xs]).toEqual([1, 2]);
  });

  it("are the rows' own times on an axis of seconds", () => {
    const { rows, xs } = stopsOf({ ...none, axis: 'time', rows: rowsOf(2, 3), others: [other(rowsOf(5, 2))] });
    expect([...xs]).toEqual([3, 6, 8, 10]);
    expect(rows.map(({ step }) => step)).toEqual([1, 2, 4, 5]);
  });
});
