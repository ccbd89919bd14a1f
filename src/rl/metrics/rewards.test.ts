/** @file pass@k of a step, against numbers counted by hand. */
import { expect, test } from 'vitest';
import type { Group } from '../trajectory/groups.ts';
import type { StepFacts } from './facts.ts';
import { measured } from './metric.ts';
import { rewards } from './rewards.ts';

/** Groups whose completions are right or wrong as given; pass@k reads nothing else. */
const groups = (...verdicts: readonly (readonly boolean[])[]): Group[] =>
  verdicts.map(
    (group) =>
      ({
        completions: group.map((correct) => ({
          reward: correct ? 1 : 0,
          terms: {},
          verdict: { correct, method: 'direct' },
        })),
      }) as unknown as Group,
  );

const passOf = (given: readonly Group[]) =>
  measured({ 'pass@{k}': rewards['pass@{k}'] }, {
    samples: { groups: given, dropped: [], rows: [] },
  } as unknown as StepFacts);

test('pass@1 is the accuracy, pass@G whether any is right, pass@k the share of k-subsets with a right one', () => {
  // One right of four: 3 of the 6 pairs hold it.
  expect(passOf(groups([true, false, false, false]))).toEqual({ 'pass@1': 0.25, 'pass@2': 0.5, 'pass@4': 1 });
  expect(passOf(groups([true, false, false, false], [false, false, false, false]))).toEqual({
    'pass@1': 0.125,
    'pass@2': 0.25,
    'pass@4': 0.5,
  });
});

test('k is at most the smallest group, and there is no pass@k for groups of one', () => {
  expect(Object.keys(passOf(groups([true, false], [true, true, true])))).toEqual(['pass@1', 'pass@2']);
  expect(passOf(groups([true], [false]))).toEqual({});
});
