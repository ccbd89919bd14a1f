/** @file What algorithms read, for those where the papers leave no doubt. */
import { expect, test } from 'vitest';
import { algorithmOf } from './compose.ts';
import { algorithms } from './papers/index.ts';
import { unreadParts } from './reads.ts';

const unread = (choice: Parameters<typeof algorithmOf>[0], klControl = 'constant') => Object.fromEntries(unreadParts(algorithmOf(choice), { klControl }));

test('GRPO reads all but the control that is off', () => {
  expect(unread({ id: 'grpo' })).toEqual({ klTarget: 'choice', klHorizon: 'choice' });
  expect(unread({ id: 'grpo' }, 'adaptive')).toEqual({});
});

test('an algorithm without a leash reads its coefficient once one is chosen', () => {
  expect(unread({ id: 'reinforce' }, 'adaptive')).toEqual({ beta: 'algorithm', epsilon: 'algorithm', klControl: 'algorithm', klTarget: 'algorithm', klHorizon: 'algorithm' });
  expect(unread({ id: 'reinforce', kl: { kl: 'k2' } }, 'adaptive')).toEqual({ epsilon: 'algorithm' });
});

test('imitation and pairs read no advantages, Clip-Cov chooses its tokens itself', () => {
  expect(unread({ id: 'sft' }).advantage).toBe('algorithm');
  expect(unread({ id: 'dpo' })).toMatchObject({ advantage: 'algorithm', klEstimator: 'algorithm', klPlacement: 'algorithm', klControl: 'algorithm' });
  expect(unread({ id: 'dpo' }).beta).toBeUndefined();
  expect(unread({ id: 'clipCov' }).topEntropyQuantile).toBe('algorithm');
  expect(unread({ id: 'grpo', topEntropy: true }).topEntropyQuantile).toBeUndefined();
});

test('every algorithm can be asked', () => {
  for (const { id } of algorithms) expect(() => unread({ id })).not.toThrow();
});
