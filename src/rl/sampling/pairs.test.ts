/** @file Labels of pairs: by reward, or drawn as Bradley and Terry assume. */
import { expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import type { Group } from '../trajectory/groups.ts';
import { bestAndWorst, sampledLabels } from './pairs.ts';
import type { SamplingTools } from './sampling.ts';

const completion = (reward: number) => ({ reward, written: new Uint8Array([1]), terminated: true });
const group = (...rewards: number[]) => ({ completions: rewards.map(completion) }) as unknown as Group;

const orders = async (groups: readonly Group[], drawn: boolean, step: number) =>
  (
    await bestAndWorst({
      promptsPerStep: groups.length,
      settings: drawn ? { [sampledLabels.id]: 1 } : {},
      step,
      random: (...key: (string | number)[]) => random('test', ...key),
      groups: async () => [...groups],
    } as unknown as SamplingTools)
  ).order ?? [];

test('by reward the better is chosen, and equal rewards give no pair', async () => {
  expect(await orders([group(0, 1), group(0.5, 0.5)], false, 0)).toEqual([1, 0, 2, 3]);
});

test('drawn labels choose the better one with probability σ(r − r′), equal ones by a fair coin', async () => {
  const many = Array.from({ length: 4000 }, () => group(0, 1.5));
  const chosen = (order: readonly number[]) =>
    order.filter((row, place) => place % 2 === 0 && row % 2 === 1).length / 4000;
  const first = await orders(many, true, 1);
  // Four standard errors of a share of 4000.
  expect(Math.abs(chosen(first) - 1 / (1 + Math.exp(-1.5)))).toBeLessThan(0.025);
  expect(await orders(many, true, 1)).toEqual(first);
  expect(await orders(many, true, 2)).not.toEqual(first);
  const equal = Array.from({ length: 4000 }, () => group(1, 1));
  expect(Math.abs(chosen(await orders(equal, true, 1)) - 0.5)).toBeLessThan(0.032);
});
