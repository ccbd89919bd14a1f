/** @file Numbers of one update on the river are those of the group's report. */
import { expect, test } from 'vitest';
import { arrivalsOf, meanReward, pushesOf, ruleOf } from './update.ts';
import type { TravellerView } from './view.ts';

const traveller = (tokenIds: number[], reward: number, advantage: number): TravellerView => ({
  text: tokenIds.join(''),
  tokenIds,
  tokens: tokenIds.map(String),
  reward,
  advantage,
  tokenAdvantages: tokenIds.map(() => advantage),
  correct: reward > 0,
  terminated: true,
});

const group = [
  traveller([1, 2, 0], 1, 1.5),
  traveller([1, 3, 0], 0, -0.5),
  traveller([1, 2, 0], 1, 1.5),
  traveller([4, 0], 0, -0.5),
];

test('equal completions arrive together, with their numbers, rewards and advantages', () => {
  const arrivals = arrivalsOf(group);
  expect([...arrivals.keys()]).toEqual(['1,2,0,', '1,3,0,', '4,0,']);
  expect(arrivals.get('1,2,0,')).toMatchObject({ numbers: [1, 3], rewards: [1, 1], advantages: [1.5, 1.5] });
  const unequal = arrivalsOf([group[0]!, { ...group[2]!, reward: 0.2, advantage: -1 }]).get('1,2,0,');
  expect(unequal).toMatchObject({ rewards: [0.2, 1], advantages: [-1, 1.5] });
});

test('a token is pushed by the advantages of all completions through it', () => {
  const pushes = pushesOf(group);
  expect(pushes.get('1,')).toEqual({ net: 2.5, count: 3 });
  expect(pushes.get('1,2,')).toEqual({ net: 3, count: 2 });
  expect(pushes.get('4,0,')).toEqual({ net: -0.5, count: 1 });
  expect(pushes.has('')).toBe(false);
});

test('the rule of the advantages is read from their numbers', () => {
  expect(meanReward(group)).toBe(0.5);
  expect(ruleOf([traveller([1], 1, 2), traveller([2], 0, -2)])).toEqual({
    kind: 'centred',
    mean: 0.5,
    factor: 4,
    spread: null,
  });
  expect(ruleOf([traveller([1], 1, 0.7071), traveller([2], 0, -0.7071)])).toMatchObject({ spread: Math.SQRT1_2 });
  expect(ruleOf(group)).toEqual({ kind: 'own' });
  expect(ruleOf([traveller([1], 1, 0), traveller([2], 1, 0)])).toEqual({ kind: 'none' });
  expect(ruleOf([traveller([1], 1, 0.3), traveller([2], 1, 0.3)])).toEqual({ kind: 'own' });
  expect(ruleOf([traveller([1], 1, -2), traveller([2], 0, 2)])).toEqual({ kind: 'own' });
});
