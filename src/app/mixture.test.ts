/** @file The line about a base's pretraining against the shipped manifests, and against ones that say nothing. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeCheckpoint } from '../policy/checkpoint.ts';
import { taskById } from '../tasks/index.ts';
import { shownOf } from './mixture.ts';

const manifestOf = (id: string) => decodeCheckpoint(new Uint8Array(readFileSync(`public/policies/${id}.safetensors`))).manifest;

test('phases and methods are told apart, difficulties that are alike are put together', () => {
  expect(shownOf(manifestOf('default'), taskById('sums'))).toEqual([
    '2, 3, 4 before step 4000: Worked out 100 %',
    '2, 3, 4 from step 4000: At once 75 %, Worked out 25 %',
  ]);
  expect(shownOf(manifestOf('default'), taskById('countdown'))).toEqual(['3: Expression 100 % (25 % of them wrong)']);
  expect(shownOf(manifestOf('echo-even'), taskById('formats'))).toEqual(['2, 3, 4: Think 34 %, Code 33 %, Plan 33 %']);
});

test('of a task whose outcomes only earn more or less, none is called wrong', () => {
  expect(shownOf(manifestOf('exact-seq'), taskById('exact-seq')).join()).toMatch(/100 %$/);
});

test('a control token is named', () => {
  const mixture = { 'formats 4 with plan: weight': 0.02, 'formats 4 with plan: plan': 1 };
  expect(shownOf({ mixture }, taskById('formats'))).toEqual(['4 with plan: Plan 100 %']);
});

test('a task that was not shown, and a manifest without a mixture, give nothing', () => {
  expect(shownOf(manifestOf('default'), taskById('formats'))).toEqual([]);
  expect(shownOf(manifestOf('untrained'), taskById('sums'))).toEqual([]);
  for (const manifest of [{}, { mixture: null }, { mixture: 'sums' }, { mixture: { 'sums 4': 'x', 'sums 4: direct': 'y', sums: 1 } }]) {
    expect(shownOf(manifest, taskById('sums'))).toEqual([]);
  }
});
