import { describe, expect, it } from 'vitest';
import { followed, fullNames, lastValue, type Row, type Series } from './series.ts';

const rowsOf = (count: number, every: number): Row[] =>
  Array.from({ length: count }, (_, step) => {
    const values: Record<string, number> = { reward: step / count };
    if (step % every === 0) values['eval'] = 1;
    return { step, values, ranges: {} };
  });

describe('lastValue', () => {
  it('skips rows without the series and never invents a zero', () => {
    const rows = rowsOf(15, 10);
    expect(lastValue(rows, 'eval')?.row.step).toBe(10);
    expect(lastValue(rows, 'kl')).toBeNull();
  });
});

describe('followed and fullNames', () => {
  const one = (label: string, draw: Series['draw'], joined = false): Series => ({
    key: `${label} ${draw}`,
    label,
    unit: 'share',
    color: 'red',
    draw,
    joined,
  });

  it('followed keeps all areas, else the first line and the points', () => {
    const labels = (series: readonly Series[]) => followed(series).map(({ key }) => key);
    expect(
      labels([one('a', 'share'), one('right', 'line', true), one('b', 'share'), one('right', 'line', true)]),
    ).toEqual(['a share', 'b share']);
    expect(labels([one('a', 'line'), one('b', 'points'), one('c', 'dashed')])).toEqual(['a line', 'b points']);
  });

  it('fullNames gives whole names, also to series joined in the legend', () => {
    expect(
      fullNames([one('a', 'share'), one('right', 'line', true), one('b', 'share'), one('right', 'line', true)]),
    ).toEqual(['a', 'a, right', 'b', 'b, right']);
  });
});
