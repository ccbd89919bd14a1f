/** @file The lines of the table of runs, and the settings and arms that it is grouped by. */
import { expect, it } from 'vitest';
import { defaultConfig, type TrainConfig } from '../../rl/config/config.ts';
import { tasks } from '../../tasks/index.ts';
import { fakeKeptRun } from '../fixture/fakeRun.ts';
import type { Plan } from '../stores/comparisonPlan.ts';
import { tableLines } from './runLines.ts';

const kept = (id: string, changes: Partial<TrainConfig>, last?: { reward?: number; kl?: number }) => ({
  ...fakeKeptRun({ ...defaultConfig, ...changes }),
  id,
  ...(last ? { last } : {}),
});
const runs = [
  kept('c'.repeat(8), { algorithm: 'rloo', seed: 2 }),
  kept('b'.repeat(8), { seed: 2, settings: { cispo_high: 2 } }, { reward: 0.5 }),
  kept('a'.repeat(8), {}, { reward: 0.25, kl: 0.125 }),
];
const run = (arm: string, id: string) => ({ arm, seed: 1, id, done: true });
const plan: Plan = {
  experiment: null,
  metric: null,
  arms: [{ id: 'x', title: 'Mine', words: '' }],
  seeds: [1],
  steps: null,
  runs: [run('x', 'a'.repeat(8))],
};
const of = (group: string, plans: readonly Plan[] = []) => tableLines({ runs, shown: [] }, '', tasks, plans, group);

it('hold the last numbers and the settings that the run began with', () => {
  const { lines } = of('');
  expect(lines[2]).toMatchObject({ reward: 0.25, kl: 0.125, seed: 1, algorithm: 'GRPO', group: null });
  expect(lines[0]).toMatchObject({ reward: null, kl: null, seed: 2, algorithm: 'RLOO' });
  expect(lines[0]?.task).toBe(tasks.find(({ id }) => id === defaultConfig.task)?.title);
});

it('can be grouped by the settings in which the runs differ, and by arms of kept comparisons', () => {
  expect(of('').groups.map(({ id }) => id)).toEqual(['seed', 'algorithm', 'settings.cispo_high']);
  expect(of('seed').lines.map(({ group }) => group)).toEqual(['Seed: 2', 'Seed: 2', 'Seed: 1']);
  expect(of('settings.cispo_high').lines.map(({ group }) => group?.split(': ')[1])).toEqual([
    'default',
    '2',
    'default',
  ]);
  expect(of('arm', [plan]).lines.map(({ group }) => group?.split(': ')[1])).toEqual([
    'in no comparison',
    'in no comparison',
    'Mine',
  ]);
  // A setting in which they no longer differ groups nothing.
  expect(of('beta').lines.every(({ group }) => group === null)).toBe(true);
});
