/** @file The benchmark's arithmetic: ratios by round, repeats, the order of a round, agreement. */
import { describe, expect, test } from 'vitest';
import type { Answers } from '../engines/engine.ts';
import { differences, disagreements, distance, mismatches } from './agreement.ts';
import { isTie, ratioTo, spreadOf } from './ratios.ts';
import { DISTURBED, undisturbed } from './repeat.ts';
import { orderOf } from './rounds.ts';

describe('ratioTo', () => {
  test('is the median and the range of the ratios of each round', () =>
    // A machine that halves its speed in the second round changes no ratio.
    expect(ratioTo([10, 20, 10], [15, 30, 40])).toEqual({ median: 1.5, min: 1.5, max: 4, rounds: 3 }));

  test('takes the rounds in which both were measured', () => {
    expect(ratioTo([10, null, 5], [20, 30, null])).toEqual({ median: 2, min: 2, max: 2, rounds: 1 });
    expect(ratioTo([null], [3])).toBeNull();
  });

  test('refuses rounds of another number', () => expect(() => ratioTo([1], [1, 2])).toThrow(/1 of the base and 2/));

  test('within 25 % is a tie, in both directions', () =>
    expect([0.79, 0.81, 1.24, 1.26].map((median) => isTie({ median }))).toEqual([false, true, true, false]));
});

test('spreadOf is the best and the median of the rounds that were measured', () => {
  expect(spreadOf([4, null, 2, 8])).toEqual({ best: 2, median: 4 });
  expect(spreadOf([null, null])).toBeNull();
});

describe('undisturbed', () => {
  const measuring = (shares: readonly (number | null)[]) => {
    let count = -1;
    const measure = async () => ++count;
    const watch = () => () => ({ others: shares[count] ?? null });
    return { measure, watch };
  };
  const kept = async (shares: readonly (number | null)[], most: number) => {
    const { measure, watch } = measuring(shares);
    return undisturbed(measure, watch, most);
  };

  test('does not repeat a quiet measurement, or one on a system that does not tell', async () => {
    expect(await kept([DISTURBED, 0], 3)).toEqual({ value: 0, others: DISTURBED, repeats: 0 });
    expect(await kept([null, 0], 3)).toEqual({ value: 0, others: null, repeats: 0 });
  });

  test('repeats until one is quiet', async () =>
    expect(await kept([0.5, 0.3, 0.01, 0], 5)).toEqual({ value: 2, others: 0.01, repeats: 2 }));

  test('keeps the quietest of the allowed number', async () =>
    expect(await kept([0.5, 0.2, 0.3, 0], 2)).toEqual({ value: 1, others: 0.2, repeats: 2 }));
});

test('orderOf has every pair once, in an order that the seed and the round decide', () => {
  const entrants = [
    { id: 'a', kinds: ['train', 'step'] as const },
    { id: 'b', kinds: ['train', 'greedy'] as const },
    { id: 'c', kinds: ['sample', 'greedy', 'step'] as const },
  ];
  const names = (seed: number, round: number) => orderOf(entrants, seed, round).map(({ id, kind }) => `${id} ${kind}`);
  expect(names(1, 0).toSorted()).toEqual(
    ['a train', 'a step', 'b train', 'b greedy', 'c sample', 'c greedy', 'c step'].toSorted(),
  );
  expect(names(1, 0)).toEqual(names(1, 0));
  expect(names(1, 1)).not.toEqual(names(1, 0));
  expect(names(2, 0)).not.toEqual(names(1, 0));
});

describe('agreement', () => {
  const answers: Answers = {
    loss: 1,
    gradient: [0, 2, -4],
    updated: [1, 1, 3],
    greedy: [1, 2, 3, 4],
    step: { tokens: [5, 6], rewards: [0, 1], parameters: [1, 1, 2] },
  };
  const before = { state: [1, 1, 1], step: [1, 1, 1] };
  const wrong = (changed: Partial<Answers>) => disagreements(differences(answers, { ...answers, ...changed }, before));

  test('distance is relative to the largest entry, and infinite for another length or NaN', () => {
    expect(distance([0, 2, -4], [0, 2.5, -4])).toBe(0.125);
    expect(distance([1], [1, 2])).toBe(Infinity);
    expect(distance([1], [NaN])).toBe(Infinity);
  });

  test('mismatches is a share, and whole for another length', () => {
    expect(mismatches([1, 2, 3, 4], [1, 9, 3, 4])).toBe(0.25);
    expect(mismatches([1], [])).toBe(1);
  });

  test('equal answers agree; an engine that cannot train is compared in its tokens alone', () => {
    expect(wrong({})).toEqual([]);
    expect(differences(answers, { greedy: [1, 2, 3, 4] }, before)).toEqual({ greedy: 0 });
  });

  test.each([
    ['loss', { loss: 1 + 2e-6 }],
    ['loss', { loss: NaN }],
    ['gradient', { gradient: [0, 2, -4.001] }],
    ['updated', { updated: [1, 1, 3.01] }],
    ['greedy', { greedy: [1, 2, 3, 5] }],
    ['stepTokens', { step: { tokens: [5, 7], rewards: [0, 1], parameters: [1, 1, 2] } }],
    ['stepRewards', { step: { tokens: [5, 6], rewards: [1, 1], parameters: [1, 1, 2] } }],
    ['stepParameters', { step: { tokens: [5, 6], rewards: [0, 1], parameters: [1, 1, 2.01] } }],
  ])('a difference of %s is found: %j', (name, changed) => expect(wrong(changed)).toEqual([name]));
});
