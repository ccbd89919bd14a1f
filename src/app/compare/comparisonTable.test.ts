/** @file The table of a live comparison names its number, and says so if the stored result judges by another. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { storedResultSchema } from '../../lessons/storedResult.ts';
import type { Row } from '../../ui/charts/series.ts';
import { storedPlan } from '../stores/comparisonStored.ts';
import { tableOf } from './comparisonTable.ts';

/** The table after one run of the first arm, with these values before and after. */
function tableFor(experiment: string, before: Row['values'], after: Row['values']) {
  const result = storedResultSchema.parse(JSON.parse(readFileSync(`public/claims/${experiment}.json`, 'utf8')));
  const arm = result.arms[0]?.arm ?? '';
  const rows = {
    one: [
      { step: 0, ranges: {}, values: before },
      { step: 9, ranges: {}, values: { reward: 0.5, ...after } },
    ],
  };
  return tableOf({
    plan: {
      ...storedPlan(result, { arms: [arm], seeds: 1, steps: null }),
      seeds: [1],
      runs: [{ arm, seed: 1, id: 'one', done: true }],
    },
    rows,
  });
}

it.each(['paper-18', 'paper-21', 'paper-80'])('%s: the closed gap, as in the stored result', (experiment) => {
  const table = tableFor(
    experiment,
    { 'eval/sampled': 0.2, 'exact/gap': 0, 'exact/distance': 0.7 },
    { 'eval/sampled': 0.6, 'exact/gap': 0.44, 'exact/distance': 0.3 },
  );
  expect(table).toMatchObject({
    number: { title: 'Gap closed', unit: '', digits: 3, isChange: false },
    arms: [{ value: { mean: 0.44 } }],
  });
  expect(table?.about).toBe('The number is the first of the stored result: gap closed.');
});

it('paper 43: the change of accuracy replaces the largest format, and the table says so', () => {
  const table = tableFor('paper-43', { 'eval/sampled': 0.5 }, { 'eval/sampled': 0.75 });
  expect(table).toMatchObject({
    number: { title: 'Change of held-out accuracy', unit: 'points', digits: 1, isChange: true },
    arms: [{ value: { mean: 25 } }],
  });
  expect(table?.about).toMatch(
    /Change of held-out accuracy.*puts another first, “largest format, after”, and is judged by its own rules/,
  );
});

it('paper 58: the accuracy at the end is the first number of the stored result', () => {
  const table = tableFor('paper-58', { 'eval/sampled': 0.5 }, { 'eval/sampled': 0.75 });
  expect(table).toMatchObject({ number: { isChange: false }, arms: [{ value: { mean: 75 } }] });
  expect(table?.about).toBe('The number is the first of the stored result: held-out accuracy, after.');
});
