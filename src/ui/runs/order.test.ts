/** @file The list of runs filtered, sorted and grouped, against lists written by hand. */
import { expect, it } from 'vitest';
import { ordered, type RunOrder, sortedBy, usualOrder } from './order.ts';
import type { RunLine } from './types.ts';

const line = (name: string, changes: Partial<RunLine>): RunLine => ({
  id: name,
  name,
  color: '',
  pinned: false,
  inHand: false,
  shown: false,
  differs: null,
  origin: null,
  baseAccuracy: null,
  finalAccuracy: null,
  reward: null,
  kl: null,
  task: 'Sums',
  algorithm: 'GRPO',
  seed: 1,
  steps: 3,
  created: 0,
  group: null,
  date: '',
  backend: 'WASM',
  ...changes,
});
const lines = [
  line('newest', { created: 3, reward: 0.5, finalAccuracy: 0.25, seed: 2, group: 'A' }),
  line('middle', { created: 2, algorithm: 'RLOO', differs: ['Learning rate 0.001 → 0.002'], group: 'B' }),
  line('oldest', { created: 1, reward: 0.75, kl: 0.1, seed: 3, group: 'A' }),
];
const names = (order: Partial<RunOrder>, some: readonly RunLine[] = lines.map((one) => ({ ...one, group: null }))) =>
  ordered(some, { ...usualOrder, ...order }).map(({ runs }) => runs.map(({ name }) => name));

it('begins with the newest, and sorts by any column in both directions, runs without the number last', () => {
  expect(names({})).toEqual([['newest', 'middle', 'oldest']]);
  expect(names({ sort: 'reward' })).toEqual([['oldest', 'newest', 'middle']]);
  expect(names({ sort: 'reward', descending: false })).toEqual([['newest', 'oldest', 'middle']]);
  expect(names({ sort: 'kl' })[0]?.[0]).toBe('oldest');
  expect(names({ sort: 'accuracy' })[0]?.[0]).toBe('newest');
  expect(names({ sort: 'seed' })).toEqual([['oldest', 'newest', 'middle']]);
  expect(names({ sort: 'algorithm', descending: false })).toEqual([['newest', 'oldest', 'middle']]);
  expect(names({ sort: 'name', descending: false })).toEqual([['middle', 'newest', 'oldest']]);
});

it('keeps runs that have every word of the filter', () => {
  expect(names({ filter: 'rloo' })).toEqual([['middle']]);
  expect(names({ filter: ' LEARNING 0.002 ' })).toEqual([['middle']]);
  expect(names({ filter: 'sums newest' })).toEqual([['newest']]);
  expect(names({ filter: 'absent' })).toEqual([]);
});

it('gathers groups in the order of their first run, with means over the runs that have the number', () => {
  expect(names({}, lines)).toEqual([['newest', 'oldest'], ['middle']]);
  const [a, b] = ordered(lines, usualOrder);
  expect(a).toMatchObject({ label: 'A', means: { reward: 0.625, accuracy: 0.25, kl: 0.1 } });
  expect(b).toMatchObject({ label: 'B', means: { reward: null, accuracy: null, kl: null } });
});

it('turns the direction at the second click on a column; numbers begin with the largest', () => {
  const byReward = sortedBy(usualOrder, 'reward');
  expect(byReward).toMatchObject({ sort: 'reward', descending: true });
  expect(sortedBy(byReward, 'reward').descending).toBe(false);
  expect(sortedBy(byReward, 'name').descending).toBe(false);
});
