import { describe, expect, it } from 'vitest';
import { lastValue, type Row } from './series.ts';

const rowsOf = (count: number, every: number): Row[] =>
  Array.from({ length: count }, (_, step) => {
    const values: Record<string, number> = { reward: step / count };
    if (step % every === 0) values['eval'] = 1;
    return { step, values, ranges: {} };
  });

describe('lastValue', () => {
  it('skips rows in which the series is absent and never invents a zero', () => {
    const rows = rowsOf(15, 10);
    expect(lastValue(rows, 'eval')?.row.step).toBe(10);
    expect(lastValue(rows, 'kl')).toBeNull();
  });
});
