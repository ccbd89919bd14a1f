/** @file Order, counts and spread of a group. */
import { expect, it } from 'vitest';
import type { CompletionView } from '../types.ts';
import { groupRule, meanReward, ranked, widestGroup } from './rank.ts';
import { groupRuleText } from './words.ts';

const completion = (text: string, reward: number, advantage = 0): CompletionView => ({
  text,
  tokens: [...text],
  reward,
  advantage,
  correct: reward > 0,
  method: null,
  terminated: true,
  terms: {},
  logProbs: [],
  policyLogProbs: [],
  refLogProbs: [],
  tokenAdvantages: [],
  entropy: [],
  kl: [],
});
const group = (...rewards: number[]) => ({
  prompt: '',
  answer: '',
  completions: rewards.map((reward, index) => completion(String(index), reward)),
});

it('equal completions share one row, best first', () => {
  const rows = ranked([completion('12', 0), completion('7', 1), completion('12', 0), completion('13', 0)]);
  expect(rows.map((row) => [row.completion.text, row.count])).toEqual([
    ['7', 1],
    ['12', 2],
    ['13', 1],
  ]);
});

it('the same text with another advantage or another end keeps a row of its own', () => {
  const cutOff = { ...completion('12', 0), terminated: false };
  expect(ranked([completion('12', 0), completion('12', 0, -1), cutOff])).toHaveLength(3);
});

it('the group with the largest spread is the first of equals, and rewards without a number do not count', () => {
  expect(widestGroup([group(1, 1), group(0, 1), group(1, 0), group(0.4, 0.6)])).toBe(1);
  expect(widestGroup([group(0, Number.NaN), group(0.4, 0.6)])).toBe(1);
  expect(widestGroup([])).toBe(0);
  expect(meanReward(group(0.5, 1, Number.NaN))).toBe(0.75);
  const [first, second] = group(0.5, 1).completions;
  expect(meanReward({ prompt: '', answer: '', completions: [{ ...first!, penalty: 0.1 }, second!] })).toBeCloseTo(0.7);
  expect(meanReward(group(Number.NaN))).toBeNull();
});

it('the rule of the advantages is written with the numbers of the group, its KL penalties taken off', () => {
  const told = (...pairs: readonly (readonly [reward: number, advantage: number, penalty?: number])[]) =>
    groupRuleText(
      groupRule({
        ...group(),
        completions: pairs.map(([reward, advantage, penalty = 0]) => ({
          ...completion('1', reward, advantage),
          penalty,
        })),
      }),
    );
  const half = Math.SQRT1_2;
  expect(told([1, half], [0, -half])?.rule).toBe('advantage = (reward − mean 0.50) / spread 0.71');
  expect(told([1, half, 0.5], [0.5, -half, 0.5])?.rule).toBe('advantage = (reward − mean 0.25) / spread 0.35');
  expect(told([1, half], [0, -half])?.why).toContain('on one scale');
  expect(told([1, 0], [1, 0])?.why).toContain('pushes nothing');
  // Without the division, and by another rule.
  expect(told([1, 0.5], [0, -0.5])).toBeNull();
  expect(told([1, 3], [0, 2], [0.5, -1])).toBeNull();
});
