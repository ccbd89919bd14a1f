/** @file Results of a live comparison against hand-computed numbers: changes in points, pairs by seed, intervals. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../ui/charts/series.ts';
import { isOwn } from './armMeasures.ts';
import { resultsOf } from './armResults.ts';
import { tableOf } from '../compare/comparisonTable.ts';
import type { Plan } from './comparisonPlan.ts';

const rowsOf = (base: number | null, final: number | null, reward: number, exact = false): Row[] => [
  { step: 0, ranges: {}, values: base === null ? {} : { 'eval/sampled': base, ...(exact ? { 'exact/gap': 0 } : {}) } },
  { step: 1, ranges: {}, values: { reward: 0 } },
  { step: 2, ranges: {}, values: { reward, ...(final === null ? {} : { 'eval/sampled': final }) } },
];

const ofCell = (arm: string, seed: number, done = true) => ({ arm, seed, id: `${arm}${seed}`, done });
const armOf = (id: string) => ({ id, title: id.toUpperCase(), words: '' });
const plan: Plan = {
  experiment: 'x',
  metric: null,
  arms: [armOf('a'), armOf('b')],
  seeds: [1, 2, 3, 4],
  steps: null,
  runs: [
    ofCell('a', 1),
    ofCell('b', 1),
    ofCell('a', 2),
    ofCell('b', 2),
    ofCell('a', 3),
    ofCell('b', 3),
    ofCell('a', 4),
    ofCell('b', 4, false),
  ],
};
const accuracy = {
  a1: rowsOf(0.4, 0.5, 1),
  a2: rowsOf(0.4, 0.6, 1),
  a3: rowsOf(0.4, 0.7, 1),
  a4: rowsOf(0.4, 0.9, 1),
  b1: rowsOf(0.4, 0.6, 1),
  b2: rowsOf(0.4, 0.8, 1),
  b3: rowsOf(0.4, 1, 1),
  b4: rowsOf(0.4, 0, 1),
};

it('is the change of held-out accuracy in points, with the difference over common seeds', () => {
  const {
    measure,
    arms: [a, b],
  } = resultsOf(plan, accuracy);
  expect(measure).toBe('accuracy');
  expect(a).toMatchObject({ arm: 'a', done: 4, difference: null, value: { count: 4 } });
  expect(a?.value?.mean).toBeCloseTo(27.5, 10);
  // Differences 10, 20, 30: mean 20, deviation 10, half of the interval 4.30265 * 10 / sqrt(3).
  expect(b).toMatchObject({ done: 3, value: { count: 3 }, difference: { count: 3 } });
  expect(b?.difference?.mean).toBeCloseTo(20, 10);
  expect(b?.difference?.interval?.[0]).toBeCloseTo(20 - 24.8413, 3);
  expect(b?.difference?.interval?.[1]).toBeCloseTo(20 + 24.8413, 3);
});

it('has bounds: no accuracy above 100 %, no gap closed by more than all of it', () => {
  const three: Plan = { ...plan, arms: [armOf('a')], runs: [1, 2, 3].map((seed) => ofCell('a', seed)) };
  // 60, 59 and 50 points from 40 %: mean 56.3333, deviation 5.5076, half of the interval 4.30265 * 5.5076 / sqrt(3) =
  // 13.6816.
  const rose = resultsOf(three, { a1: rowsOf(0.4, 1, 1), a2: rowsOf(0.4, 0.99, 1), a3: rowsOf(0.4, 0.9, 1) }).arms[0]
    ?.value;
  expect(rose?.interval).toEqual([expect.closeTo(56.3333 - 13.6816, 3), expect.closeTo(60, 9)]);
  const ending = (gap: number): Row[] => [
    { step: 0, ranges: {}, values: { 'exact/gap': 0, 'exact/distance': 0.6 } },
    { step: 2, ranges: {}, values: { 'exact/gap': gap, 'exact/distance': 1 - gap } },
  ];
  const closed = { a1: ending(0.98), a2: ending(0.999), a3: ending(0.93) };
  expect(resultsOf(three, closed, 'gap').arms[0]?.value?.interval?.[1]).toBe(1);
  expect(resultsOf(three, closed, 'tv').arms[0]?.value?.interval?.[0]).toBe(0);
});

it('has no interval for two runs, and no value without finished runs', () => {
  const two = { ...plan, runs: plan.runs.filter(({ arm, seed }) => arm === 'a' && seed < 3) };
  const {
    arms: [a, b],
  } = resultsOf(two, accuracy);
  expect(a?.value).toMatchObject({ count: 2, interval: null });
  expect(b).toEqual({ arm: 'b', done: 0, value: null, difference: null });
});

it.each<readonly [string, Row[]]>([
  ['nothing is held out', rowsOf(null, null, 0.75)],
  ['the base was not measured', rowsOf(null, 0.5, 0.75)],
  ['the end was not measured', rowsOf(0.5, null, 0.75)],
  ['all outcomes are computed', rowsOf(0.4, 0.5, 0.75, true)],
])('is the reward of the last step for all runs if one run %s', (_name, rows) => {
  const {
    measure,
    arms: [a],
  } = resultsOf({ ...plan, runs: [ofCell('a', 1), ofCell('a', 2)] }, { a1: rows, a2: rowsOf(0.4, 0.5, 0.25) });
  expect(measure).toBe('reward');
  expect(a?.value).toMatchObject({ mean: 0.5, count: 2 });
});

it('is the stored result’s number if the rows hold it, so that an arm with a lower reward can lead', () => {
  const at = (reward: number, gap: number | null): Row[] => [
    { step: 0, ranges: {}, values: { 'eval/sampled': 0.4, 'exact/gap': 0, 'exact/distance': 0.7 } },
    {
      step: 2,
      ranges: {},
      values: { reward, ...(gap === null ? {} : { 'eval/sampled': 0.6, 'exact/gap': gap, 'exact/distance': 1 - gap }) },
    },
  ];
  const two: Plan = { ...plan, runs: [ofCell('a', 1), ofCell('b', 1)] };
  const both = { a1: at(0.645, 0.439), b1: at(0.647, 0.158) };
  expect(resultsOf(two, both, 'gap')).toMatchObject({
    measure: 'own',
    arms: [{ value: { mean: 0.439 } }, { value: { mean: 0.158 } }],
  });
  expect(resultsOf(two, both, 'gap').arms[1]?.difference?.mean).toBeCloseTo(-0.281, 10);
  expect(resultsOf(two, both, 'tv').arms[0]?.value?.mean).toBeCloseTo(0.561, 10);
  // A number that the rows do not hold, and a run without a measured end.
  expect(resultsOf(two, both, 'entropy').measure).toBe('reward');
  expect(resultsOf(two, { ...both, b1: at(0.647, null) }, 'gap').measure).toBe('reward');
});

it('says whether it is the stored result’s first number', () => {
  const metric = (id: string) => ({ id, title: '', unit: '', digits: 1 });
  expect([
    isOwn('own', metric('gap')),
    isOwn('accuracy', metric('change')),
    isOwn('accuracy', metric('sampled')),
  ]).toEqual([true, true, true]);
  expect([isOwn('accuracy', metric('dominant')), isOwn('reward', metric('gap'))]).toEqual([false, false]);
});

describe('pairs of arms', () => {
  const ending = (values: Row['values']): Row[] => [
    { step: 0, ranges: {}, values: {} },
    { step: 2, ranges: {}, values },
  ];
  const rows = {
    a1: ending({ reward: 0.4, kl_exact: 0.3 }),
    a2: ending({ reward: 0.5, kl_exact: 0.1 }),
    a3: ending({ reward: 0.6, kl_exact: 0.2 }),
    b1: ending({ reward: 0.6, kl_exact: 0.3 }),
    b2: ending({ reward: 0.71, kl_exact: 0.2 }),
    b3: ending({ reward: 0.79, kl_exact: 0.1 }),
  };
  const three = { ...plan, runs: plan.runs.filter(({ seed }) => seed < 4) };

  it('compare by seed, the larger first', () => {
    const { measure, measures, pairs } = resultsOf(three, rows);
    expect([measure, measures]).toEqual(['reward', ['reward', 'kl']]);
    // Differences 0.2, 0.21, 0.19: mean 0.2, deviation 0.01, half of the interval 4.30265 * 0.01 / sqrt(3).
    expect(pairs).toMatchObject([{ first: 'b', second: 'a', seeds: 3, isClear: true, needed: 2 }]);
    expect(pairs[0]?.mean).toBeCloseTo(0.2, 10);
    expect(pairs[0]?.interval?.[0]).toBeCloseTo(0.2 - 0.024841, 5);
  });

  it('are compared in the chosen number, or in the first where a run lacks it', () => {
    // Differences 0, 0.1, -0.1: no number of seeds would tell a mean of 0 from 0.
    expect(resultsOf(three, rows, '', 'kl')).toMatchObject({
      measure: 'kl',
      pairs: [{ isClear: false, needed: Infinity }],
    });
    expect(resultsOf(three, rows, '', 'entropy').measure).toBe('reward');
  });

  it('say in words which is above, or how many seeds would tell', () => {
    const sentences = (some: Record<string, readonly Row[]>, chosen?: 'kl') =>
      tableOf({ plan: three, rows: some }, chosen)?.pairs;
    expect(sentences(rows)).toEqual(['B is 0.200 above A (+0.175 to +0.225).']);
    const noisy = { ...rows, b3: ending({ reward: 0.5 }) };
    expect(sentences(noisy)?.[0]).toMatch(
      /^3 seeds cannot tell B and A apart \(B by 0\.103 above, .*; about \d+ would\.$/,
    );
    expect(sentences({ a1: rows.a1, b1: rows.b1 })).toEqual([
      'One seed cannot tell B and A apart (0.200 between them); train at least two.',
    ]);
    expect(sentences({ a1: rows.a1, a2: rows.a2, b1: rows.a1, b2: rows.a2 })).toEqual([
      'A and B came out the same for every seed.',
    ]);
    expect(sentences({ a1: rows.a1 })).toEqual([]);
  });
});
