/** @file Means over seeds and their intervals against scalar loops, and the lines drawn of them. */
import { expect, it } from 'vitest';
import { type ArmRuns, meanRows } from './arms.ts';
import { armTraces } from './armTraces.ts';
import { extent } from './axis.ts';
import { positions } from './prepare.ts';
import type { Row, Series } from './series.ts';
import { plainView } from './view.ts';

/** Step 0 holds only an evaluation, as in a run. */
const runOf = (seed: number, steps: number): Row[] => [
  { step: 0, values: { 'eval/sampled': 0.1 * seed }, ranges: {} },
  ...Array.from({ length: steps }, (_, index): Row => ({
    step: index + 1,
    ranges: { reward: [0, 1] },
    values: {
      reward: Math.sin(seed * (index + 1)),
      num_tokens: 100 * (index + 1) + seed,
      step_time: 0.5 * seed,
      ...(index % 5 === 4 ? { 'eval/sampled': 0.3 + 0.1 * seed * index } : {}),
    },
  })),
];

const reward = { key: 'reward', unit: '' };
const sampled = { key: 'eval/sampled', unit: 'share' };

/** Student's t, 97.5 %, for 2 and 4 degrees of freedom, from a table. */
const t: Readonly<Record<number, number>> = { 3: 4.30265, 5: 2.77645 };

it.each([3, 5])('mean and 95 %% interval of %i runs equal a scalar loop, for the steps that all runs have', (count) => {
  const runs = Array.from({ length: count }, (_, index) => runOf(index + 1, 30 + 10 * index));
  const rows = meanRows(runs, reward);
  expect(rows.map(({ step }) => step)).toEqual(Array.from({ length: 31 }, (_, step) => step));
  for (const { step, values, ranges } of rows.slice(1)) {
    let sum = 0;
    for (let seed = 1; seed <= count; seed++) sum += Math.sin(seed * step);
    const center = sum / count;
    let squares = 0;
    for (let seed = 1; seed <= count; seed++) squares += (Math.sin(seed * step) - center) ** 2;
    const half = ((t[count] ?? 0) * Math.sqrt(squares / (count - 1))) / Math.sqrt(count);
    expect(values['reward']).toBeCloseTo(center, 12);
    expect(ranges['reward']?.[0]).toBeCloseTo(center - half, 4);
    expect(ranges['reward']?.[1]).toBeCloseTo(center + half, 4);
  }
});

it('the interval of shares, entropies and divergences is cut at their bounds; that of rewards is not', () => {
  const runs = [0.9, 0.99, 1].map((value): Row[] => [{ step: 0, ranges: {}, values: { value, small: 1 - value } }]);
  const rangeOf = (key: string, unit: string, bounds?: readonly [number, number]) =>
    meanRows([...runs], { key, unit, ...(bounds ? { bounds } : {}) })[0]?.ranges[key];
  expect(rangeOf('value', 'share')?.[1]).toBe(1);
  expect(rangeOf('small', 'nats/token')?.[0]).toBe(0);
  expect(rangeOf('value', '')?.[1]).toBeGreaterThan(1);
  expect(rangeOf('small', 'nats/token', [-Infinity, Infinity])?.[0]).toBeLessThan(0);
});

it('two runs have a mean but no interval', () => {
  const rows = meanRows([runOf(1, 10), runOf(2, 10)], reward);
  expect(rows[1]?.values['reward']).toBeCloseTo((Math.sin(1) + Math.sin(2)) / 2, 12);
  expect(rows.every(({ ranges }) => Object.keys(ranges).length === 0)).toBe(true);
});

it('a step that one run lacks, or a number that one run did not measure, has no mean', () => {
  const whole = runOf(1, 10);
  const gap = runOf(2, 10).filter(({ step }) => step !== 4);
  const silent = runOf(3, 10).map((row) => (row.step === 7 ? { ...row, values: {} } : row));
  const rows = meanRows([whole, gap, silent], reward);
  expect(rows.some(({ step }) => step === 4)).toBe(false);
  expect(rows.find(({ step }) => step === 7)?.values).not.toHaveProperty('reward');
  expect(rows.find(({ step }) => step === 8)?.values['reward']).toBeCloseTo(
    (Math.sin(8) + Math.sin(16) + Math.sin(24)) / 3,
    12,
  );
});

it('smoothing before or after the mean over runs gives the same', () => {
  const runs = [runOf(1, 40), runOf(2, 40), runOf(3, 40)];
  const averaged = meanRows(runs, reward, 0.8);
  let [average, total] = [0, 0];
  for (const { step, values } of meanRows(runs, reward).slice(1)) {
    average = 0.8 * average + 0.2 * (values['reward'] ?? 0);
    total = 0.8 * total + 0.2;
    expect(averaged.find((row) => row.step === step)?.values['reward']).toBeCloseTo(average / total, 12);
  }
});

it('means are placed at the mean of tokens and of time', () => {
  const rows = meanRows([runOf(1, 10), runOf(2, 10), runOf(3, 10)], sampled);
  expect(positions(rows).tokens.at(-1)).toBeCloseTo(1002, 12);
  expect(positions(rows).time.at(-1)).toBeCloseTo(10, 12);
});

const series: readonly Series[] = [
  { key: 'reward', label: '', unit: '', color: '', draw: 'line', range: 'reward' },
  { key: 'eval/sampled', label: '', unit: 'share', color: '', draw: 'points', sparse: true },
  { key: 'share', label: '', unit: 'share', color: '', draw: 'share' },
];
const armOf = (count: number): ArmRuns => ({
  id: 'a',
  name: 'A',
  color: 'red',
  runs: Array.from({ length: count }, (_, index) => runOf(index + 1, 20)),
});

it('an arm is a thin line per run, a stronger mean and, from three runs on, a band; points have only the mean', () => {
  const [first, second, third, mean, points, ...none] = armTraces(armOf(3), series, plainView, 20, 1000);
  expect(none).toEqual([]);
  for (const thin of [first, second, third])
    expect(thin).toMatchObject({ width: 1, opacity: 0.45, color: 'red', dots: false });
  expect(mean).toMatchObject({ width: 1.75, opacity: 1, spread: { kind: 'band' } });
  expect(mean?.spread?.xs).toEqual(mean?.xs);
  expect(points).toMatchObject({ dots: true, spread: { kind: 'whiskers', xs: [0, 5, 10, 15, 20] } });
  expect(armTraces(armOf(2), series, plainView, 20, 1000).some(({ spread }) => spread)).toBe(false);
});

it('finished runs and arms are not recomputed while axes and runs are the same', () => {
  const arm = armOf(3);
  const [before] = armTraces(arm, series, plainView, 20, 1000);
  const grown = { ...arm, runs: [...arm.runs, runOf(4, 20)] };
  expect(armTraces(grown, series, plainView, 20, 1000)[0]?.xs).toBe(before?.xs);
  expect(meanRows(arm.runs, reward)).toBe(meanRows(arm.runs, reward));
  expect(meanRows(grown.runs, reward)).not.toBe(meanRows(arm.runs, reward));
});

it('a band widens the axis by a quarter at most, and not where all lines stay within the floor', () => {
  const line = { xs: [0, 1], ys: [0.5, 4] };
  const spread = { kind: 'band' as const, xs: [0, 1], lows: [-9, -9], highs: [4.5, 99] };
  expect(extent([], [], [line], [0, 1])).toEqual([0, 4]);
  expect(extent([], [], [{ ...line, spread }], [0, 1])).toEqual([0, 5]);
  expect(extent([], [], [{ ...line, spread: { ...spread, highs: [4.5, 4.5] } }], [0, 1])).toEqual([0, 4.5]);
});
