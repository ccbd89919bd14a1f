/** @file Settings that algorithms read, for papers that are clear about them. */
import { expect, test } from 'vitest';
import { algorithmOf } from './compose.ts';
import { algorithms } from '../papers/index.ts';
import { unreadParts } from './settingsInUse.ts';

/** Unread parts for a task with prior prompts, without those of prompt samplers. */
const unread = (choice: Parameters<typeof algorithmOf>[0], klControl = 'constant') => {
  const parts = unreadParts(algorithmOf(choice), {
    klControl,
    promptSampler: 'fixed',
    task: 'formats',
    trainedWeights: 'adapter',
  });
  return Object.fromEntries([...parts].filter(([, why]) => why !== 'prompts'));
};

test('GRPO reads everything except the switched-off KL control', () => {
  expect(unread({ id: 'grpo' })).toEqual({ klTarget: 'choice', klHorizon: 'choice' });
  expect(unread({ id: 'grpo' }, 'adaptive')).toEqual({});
});

test('an algorithm without a KL penalty reads its coefficient once one is chosen', () => {
  expect(unread({ id: 'reinforce' }, 'adaptive')).toEqual({
    beta: 'algorithm',
    epsilon: 'algorithm',
    klControl: 'algorithm',
    klTarget: 'algorithm',
    klHorizon: 'algorithm',
    klBiasCorrection: 'algorithm',
  });
  expect(unread({ id: 'reinforce', kl: { kl: 'k2' } }, 'adaptive')).toEqual({ epsilon: 'algorithm' });
});

test('imitation and pairs read no advantages, Clip-Cov chooses its tokens itself', () => {
  expect(unread({ id: 'sft' }).advantage).toBe('algorithm');
  expect(unread({ id: 'dpo' })).toMatchObject({
    advantage: 'algorithm',
    klEstimator: 'algorithm',
    klPlacement: 'algorithm',
    klControl: 'algorithm',
  });
  expect(unread({ id: 'dpo' }).beta).toBeUndefined();
  expect(unread({ id: 'clipCov' }).topEntropyQuantile).toBe('algorithm');
  expect(unread({ id: 'grpo', topEntropy: true }).topEntropyQuantile).toBeUndefined();
});

test('a prompt sampler reads its own settings and no others; only some tasks have prior prompts', () => {
  const left = (promptSampler: string, task = 'sums') => [
    ...unreadParts(algorithmOf({ id: 'grpo' }), {
      klControl: 'adaptive',
      promptSampler,
      task,
      trainedWeights: 'adapter',
    }).keys(),
  ];
  expect(left('fixed')).toEqual([
    'lowestDifficulty',
    'promptPool',
    'passRateMin',
    'passRateMax',
    'secLearningRate',
    'secTemperature',
    'priorPrompt',
  ]);
  expect(left('easy_to_hard', 'formats')).toEqual([
    'promptPool',
    'passRateMin',
    'passRateMax',
    'secLearningRate',
    'secTemperature',
  ]);
  expect(left('pass_rate_window', 'formats')).toEqual(['secLearningRate', 'secTemperature']);
  expect(left('sec', 'formats')).toEqual(['promptPool', 'passRateMin', 'passRateMax']);
  expect(left('in_order', 'formats')).toEqual(['promptPool', 'passRateMin', 'secLearningRate', 'secTemperature']);
});

test('works for every algorithm', () => {
  for (const { id } of algorithms) expect(() => unread({ id })).not.toThrow();
});

test('a run of all weights reads neither rank nor scale of an adapter', () => {
  const config = { klControl: 'adaptive', promptSampler: 'sec', task: 'formats', trainedWeights: 'all' };
  const unread = [...unreadParts(algorithmOf({ id: 'grpo' }), config).keys()];
  expect(unread).toEqual(expect.arrayContaining(['rank', 'alpha', 'rsLora']));
});
