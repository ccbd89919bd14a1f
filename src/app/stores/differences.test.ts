import { expect, it, vi } from 'vitest';
import { algorithmOf } from '../../rl/algorithm/compose.ts';
import { ownSettings } from '../../rl/algorithm/configured.ts';
import { estimators } from '../../rl/advantages/index.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import { algorithms } from '../../rl/papers/index.ts';
import { sourceIds } from '../../rl/sampling/sources.ts';
import { tasks } from '../../tasks/index.ts';
import { settingLabel } from '../settingLabels.ts';
import { differences } from './differences.ts';

vi.mock('react', () => ({}));

const words = (changes: Partial<typeof defaultConfig>) =>
  differences(defaultConfig, { ...defaultConfig, ...changes }, tasks).map(
    ({ label, before, after }) => `${label} ${before} → ${after}`,
  );

it('differences are listed in the words of the settings', () => {
  expect(words({})).toEqual([]);
  expect(words({ learningRate: 0.002, shuffleRewards: true })).toEqual([
    'Learning rate 0.001 → 0.002',
    'Shuffle rewards (control) off → on',
  ]);
  expect(
    words({
      promptSampler: 'sec',
      rollouts: 'offline',
      rolloutFile: 'ab12cd34'.repeat(8),
      settings: { offline_prompts: 16 },
    }),
  ).toEqual([
    'Rollouts Fresh → From a store',
    'Prompts One difficulty → SEC',
    'Store the base’s → file ab12cd34…',
    'Prompts in the store default → 16',
  ]);
  expect(words({ algorithm: 'drGrpo', policy: 'text' })).toEqual([
    'Algorithm GRPO → Dr. GRPO',
    'Base policy Three tasks, 870 k parameters, seed 1 → All text tasks, 1.1 M parameters',
  ]);
  expect(words({ evalEvery: 5 })).toEqual(['Steps between evaluations 10 → 5']);
  expect(words({ task: 'countdown', difficulty: 3 })).toEqual([
    'Numbers 4 → 3',
    'Task Sums: answer at once or work it out → Countdown',
  ]);
});

it('a weight at its default and the shard size are no differences', () => {
  expect(words({ rewardWeights: { answer: 1 }, shardSize: 64 })).toEqual([]);
  expect(words({ rewardWeights: { format: 0.5 } })).toEqual(['Right form 0 → 0.5']);
});

it('every number of an algorithm or of a part has a label that is not its id', () => {
  const parts = { offPolicyMask: true, importanceCorrection: 'token_mask' } as const;
  const choices = [
    ...algorithms.map(({ id }) => ({ id })),
    ...estimators.map(({ id }) => ({ id: 'grpo', ...parts, advantage: id })),
    ...sourceIds.map((rollouts) => ({ id: 'grpo', rollouts })),
  ];
  const ids = new Set(choices.flatMap((choice) => ownSettings(algorithmOf(choice)).map((setting) => setting.id)));
  expect(ids.size).toBeGreaterThan(40);
  expect([...ids].filter((id) => settingLabel(id) === id.replaceAll('_', ' '))).toEqual([]);
});
