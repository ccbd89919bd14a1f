/** @file Rules of the claim on SFT, DPO and PPO in stages on made-up runs: verdicts in all directions. */
import { expect, test } from 'vitest';
import type { ExperimentRun } from '../experiment.ts';
import { resultOf } from '../result.ts';
import type { Summary } from '../summary.ts';
import { paper36 } from './paper36.ts';

interface Course {
  /** On the trained task: base, and the end of each stage. */
  readonly trained: readonly [number, number, number, number];
  /** On the tasks that are never trained. */
  readonly unseen: readonly [number, number, number, number];
}
const usual: Course = { trained: [0.35, 0.5, 0.6, 0.7], unseen: [0.75, 0.74, 0.73, 0.72] };

/** A run that differs a little from seed to seed. */
function run(seed: number, changes: Partial<Course>): ExperimentRun {
  const noisy = (shares: Course['trained']) => shares.map((share, i) => share + 0.002 * seed * (i + 1));
  const { trained, unseen } = { ...usual, ...changes };
  const [[base, ...ends], [before, ...others]] = [noisy(trained), noisy(unseen)];
  const set = (sampled: number | undefined) => ({ sampled });
  return {
    policy: 'text',
    arm: 'recipe',
    seed,
    summary: {
      policy: 'text',
      seed,
      steps: 90,
      baseAccuracy: base,
      finalAccuracy: ends[2],
      stages: ends.map((sampled, i) => ({
        algorithm: ['sft', 'dpo', 'ppo'][i],
        sampled,
        ood: [set(others[i]), set(others[i])],
      })),
      ood: [1, 2].map(() => ({ base: set(before), final: set(others[2]) })),
    } as unknown as Summary,
  };
}

const verdictOf = (changes: Partial<Course> = {}): string =>
  resultOf(
    paper36,
    [1, 2, 3].map((seed) => run(seed, changes)),
    { command: 'npm run claims', version: 'abc', date: '2026-01-01', seeds: [1, 2, 3] },
  ).verdict;

test('shown where every stage adds and the other tasks are kept', () => {
  expect(verdictOf()).toBe('shown');
});

test.each<[string, Partial<Course>]>([
  ['SFT adds nothing', { trained: [0.5, 0.49, 0.6, 0.7] }],
  ['DPO adds nothing', { trained: [0.35, 0.6, 0.59, 0.7] }],
  ['PPO adds nothing', { trained: [0.35, 0.5, 0.7, 0.69] }],
  ['PPO loses the other tasks', { unseen: [0.75, 0.74, 0.73, 0.6] }],
])('not reproduced where %s', (_, changes) => {
  expect(verdictOf(changes)).toBe('not reproduced');
});

test.each<[string, Partial<Course>]>([
  ['the base is right too often', { trained: [0.65, 0.7, 0.8, 0.9] }],
  ['the base is hardly ever right', { trained: [0.1, 0.5, 0.6, 0.7] }],
  ['the base does not know the other tasks', { unseen: [0.4, 0.4, 0.4, 0.4] }],
])('precondition not met where %s', (_, changes) => {
  expect(verdictOf(changes)).toBe('precondition not met');
});
