/** @file The peers' reward and advantages equal the product's. */
import { expect, test } from 'vitest';
import { groupAdvantages as ours } from '../../src/rl/advantages/group.ts';
import { verifyArithmetic } from '../../src/tasks/arithmetic.ts';
import { groupAdvantages, reward } from './grpo.mjs';

test.each(['43', '34', '[22,25]43', '[22,25]34', '[43', '[]43', '43]', ''])(
  'the reward of %j is that of the task',
  (text) => expect(reward(text, '43')).toBe(Number(verifyArithmetic('43', 2, text).correct)),
);

test('advantages are those of the group', () => {
  const rewards = [1, 0, 0, 1, 1, 1, 1, 1];
  const expected = ours(Float32Array.from(rewards), Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]));
  groupAdvantages(rewards, 4).forEach((advantage, i) => expect(advantage).toBeCloseTo(expected[i] as number, 5));
});
