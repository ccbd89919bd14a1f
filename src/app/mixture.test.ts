/** @file The line about the pretraining of a base, from the shipped manifests and from manifests without a mixture. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeCheckpoint } from '../policy/checkpoint.ts';
import { taskById } from '../tasks/index.ts';
import { shownOf } from './mixture.ts';

const manifestOf = (id: string) =>
  decodeCheckpoint(new Uint8Array(readFileSync(`public/policies/${id}.safetensors`))).manifest;

test('phases and methods are listed, and equal difficulties grouped', () => {
  expect(shownOf(manifestOf('default'), taskById('sums'))).toEqual([
    'difficulty 2, 3, 4: all Worked out until step 4000, then At once 75 %, Worked out 25 %',
  ]);
  expect(shownOf(manifestOf('default'), taskById('countdown'))).toEqual([
    'difficulty 3: all Expression (25 % of them wrong)',
  ]);
  expect(shownOf(manifestOf('echo-even'), taskById('formats'))).toEqual([
    'difficulty 2, 3, 4: Think 34 %, Code 33 %, Plan 33 %',
  ]);
});

test('a task with listed outcomes has no wrong demonstrations', () => {
  expect(shownOf(manifestOf('exact-seq'), taskById('exact-seq')).join()).toMatch(/all Three letters$/);
});

test('a control token is named', () => {
  const mixture = { 'formats 4 with plan: weight': 0.02, 'formats 4 with plan: plan': 1 };
  expect(shownOf({ mixture }, taskById('formats'))).toEqual(['difficulty 4 with plan: all Plan']);
});

test('a task that was not shown and a manifest without a mixture give an empty list', () => {
  expect(shownOf(manifestOf('default'), taskById('formats'))).toEqual([]);
  expect(shownOf(manifestOf('untrained'), taskById('sums'))).toEqual([]);
  for (const manifest of [
    {},
    { mixture: null },
    { mixture: 'sums' },
    { mixture: { 'sums 4': 'x', 'sums 4: direct': 'y', sums: 1 } },
  ]) {
    expect(shownOf(manifest, taskById('sums'))).toEqual([]);
  }
});

test('a phase after a gap states its first step', () => {
  const mixture = { 'sums 2 from step 50: direct': 1, 'sums 2 before step 20: worked': 1 };
  expect(shownOf({ mixture }, taskById('sums'))).toEqual([
    'difficulty 2: all Worked out until step 20, then from step 50 all At once',
  ]);
});
