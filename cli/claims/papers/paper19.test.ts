/** @file Rules of the claim on ReLIFT on made-up runs: verdicts in all directions. */
import { expect, test } from 'vitest';
import type { ExperimentRun } from '../experiment.ts';
import { resultOf } from '../result.ts';
import type { Summary } from '../summary.ts';
import { paper19 } from './paper19.ts';

/** Accuracies of the slices within reach, impossible and hard. */
type Slices = readonly [number, number, number];

const levels = (sampled: Slices, solved: Slices) =>
  Object.fromEntries(
    sampled.map((share, i) => [i + 1, { problems: 32, sampled: share, greedy: share, solved: solved[i] }]),
  );

const base: Slices = [0.6, 0, 0.05];
const run = (arm: string, final: Slices, demonstrations: number, solved: Slices = [1, 0, 0.4]): ExperimentRun => ({
  policy: 'mix',
  arm,
  seed: 1,
  summary: {
    policy: 'mix',
    seed: 1,
    steps: 60,
    baseAccuracy: 0.2,
    finalAccuracy: 0.5,
    baseLevels: levels(base, solved),
    finalLevels: levels(final, solved),
    demonstrations,
  } as unknown as Summary,
});

const verdictOf = (runs: readonly ExperimentRun[]): string =>
  resultOf(paper19, runs, { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [1] }).verdict;

const rl = run('rl', [0.9, 0, 0.2], 0);
const sft = run('sft', [0.1, 0.4, 0], 1000);
const relift = run('relift', [0.8, 0.8, 0.1], 200);

test('shown where RL leaves the impossible slice and ReLIFT learns it from few demonstrations', () => {
  expect(verdictOf([rl, sft, relift])).toBe('shown');
});

test.each([
  ['RL reaches the impossible slice', [run('rl', [0.9, 0.03, 0.2], 0), sft, relift]],
  ['ReLIFT learns too little of it', [rl, sft, run('relift', [0.8, 0.3, 0.1], 200)]],
  ['ReLIFT uses as many demonstrations', [rl, sft, run('relift', [0.8, 0.8, 0.1], 300)]],
])('not reproduced where %s', (_, runs) => {
  expect(verdictOf(runs)).toBe('not reproduced');
});

test.each([
  ['the base solves the impossible', [run('rl', [0.9, 0, 0.2], 0, [1, 0.1, 0.4]), sft, relift]],
  ['the hard slice is solved', [run('rl', [0.9, 0, 0.2], 0, [1, 0, 1]), sft, relift]],
  ['SFT alone keeps what was within reach', [rl, run('sft', [0.6, 0.4, 0], 1000), relift]],
])('precondition not met where %s', (_, runs) => {
  expect(verdictOf(runs)).toBe('precondition not met');
});
