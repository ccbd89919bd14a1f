import { describe, expect, it } from 'vitest';
import { onAxis, partOf, recordedTraces } from './recordedTraces.ts';
import type { Row, Series } from './series.ts';
import { plainView } from './view.ts';

const series = (key: string, draw: Series['draw']): Series => ({
  key,
  label: key,
  unit: '',
  color: `var(--${key})`,
  draw,
});
const rows: readonly Row[] = [1, 2, 3, 4].map((step) => ({
  step,
  values: { reward: step / 10, ...(step === 3 ? {} : { a: 0.25 }), b: 0.5 },
  ranges: {},
}));
const traces = (of: readonly Series[]) => recordedTraces(rows, of, plainView, 10, 200);

describe('recordedTraces', () => {
  it('has a line for each series, from the measured values alone', () => {
    const [line, dashed] = traces([series('reward', 'line'), series('a', 'dashed')]);
    expect(line).toMatchObject({ xs: [1, 2, 3, 4], ys: [0.1, 0.2, 0.3, 0.4], dashed: false, color: 'var(--reward)' });
    expect(dashed).toMatchObject({ xs: [1, 2, 4], ys: [0.25, 0.25, 0.25], dashed: true });
  });

  it('stacks shares on each other', () => {
    const [below, above] = traces([series('a', 'share'), series('b', 'share')]);
    expect(below).toMatchObject({ ys: [0.25, 0.25, 0.25], spread: { lows: [0, 0, 0], highs: [0.25, 0.25, 0.25] } });
    expect(above).toMatchObject({
      xs: [1, 2, 3, 4],
      ys: [0.75, 0.75, 0.5, 0.75],
      spread: { lows: [0.25, 0.25, 0, 0.25], highs: [0.75, 0.75, 0.5, 0.75] },
    });
  });

  it('never stacks rounded shares to more than 1', () => {
    const rounded = [{ step: 1, values: { a: 0.2032, b: 0.7969 }, ranges: {} }];
    expect(recordedTraces(rounded, [series('a', 'share'), series('b', 'share')], plainView, 10, 200)[1]?.ys).toEqual([
      1,
    ]);
  });

  it("partOf cuts lines after the live run's step and at the last step shown", () => {
    expect(partOf(traces([series('reward', 'line')]), 1, 3)).toMatchObject([{ xs: [2, 3], ys: [0.2, 0.3] }]);
    expect(partOf(traces([series('b', 'share')]), 2, 9)).toMatchObject([
      { xs: [3, 4], spread: { xs: [3, 4], lows: [0, 0], highs: [0.5, 0.5] } },
    ]);
    expect(partOf(traces([series('reward', 'line')]), 4, 4)).toMatchObject([{ xs: [], ys: [] }]);
  });

  it('onAxis keeps a recording only on an axis of steps: it has no tokens and no times', () => {
    const recording = { rows, after: 0, until: 4 };
    expect(onAxis(recording, plainView)).toBe(recording);
    expect(onAxis(recording, { ...plainView, axis: 'tokens' })).toBeNull();
    expect(onAxis(recording, { ...plainView, axis: 'time' })).toBeNull();
  });
});
