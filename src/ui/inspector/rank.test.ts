/** @file Order, counts and spread of a group. */
import { expect, it } from 'vitest';
import type { CompletionView } from '../types.ts';
import { meanReward, ranked, widestGroup } from './rank.ts';

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
