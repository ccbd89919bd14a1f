/** @file The plan that continues one step of a run under several algorithms. */
import { expect, it, vi } from 'vitest';
import { withAlgorithm } from '../../rl/algorithm/configured.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { tasks } from '../../tasks/index.ts';
import { checkPlan, cellsOf } from '../stores/comparisonPlan.ts';
import { wantedOf } from '../stores/comparisonRevival.ts';
import { continuedNumbers, continuedPlan } from './continued.ts';

vi.mock('react', () => ({}));

const config = { ...presetConfig('default'), seed: 7 };
const arms = [
  { title: 'GRPO', preset: 'default', config },
  { title: 'RLOO', preset: 'default', config: withAlgorithm(config, 'rloo') },
];
const run = '0123456789abcdef';

it('trains the typed number of steps beyond the beginning, the seed of the run first', () => {
  const plan = continuedPlan(arms, { run, step: 30 }, continuedNumbers({ seeds: '2', steps: '5' }, 30, 7));
  expect(plan).toMatchObject({ seeds: [7, 8], from: { run, step: 30 } });
  if (!plan) throw new Error('no plan');
  expect(checkPlan(plan)).toEqual(plan);
  const wanted = cellsOf(plan).map((cell) => wantedOf(plan, cell, tasks)?.config);
  expect(wanted[0]).toEqual({ ...config, maxSteps: 35 });
  expect(wanted[3]).toEqual({ ...withAlgorithm(config, 'rloo'), seed: 8, maxSteps: 35 });
});

it('has no beginning at step 0, and no plan beyond the longest run', () => {
  const at = (step: number, steps: string | null) =>
    continuedPlan(arms, { run, step }, continuedNumbers({ seeds: '1', steps }, step, 7));
  expect(at(0, '5')).not.toHaveProperty('from');
  const most = knobs.maxSteps.max;
  expect(at(most - 3, '4')).toBeNull();
  expect(at(most - 3, null)).toMatchObject({ from: { step: most - 3 } });
});
