/** @file Matching of bases and tasks in both directions; the untrained base fits every task. */
import { expect, test } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { defaultConfig } from '../config/config.ts';
import { presetConfig, presets } from '../config/presets.ts';
import { isInstruction, isShown, policies, policyFor, suits, taskFor } from './policies.ts';

const inSigns = tasks.filter(({ id }) => !isInstruction(id));
const inWords = tasks.filter(({ id }) => isInstruction(id));
const pairsOf = (some: typeof tasks) =>
  policies.flatMap(({ id }) => some.map((task) => ({ policy: id, task: task.id })));
const pairs = pairsOf(inSigns);

test('`policyFor` returns a base that was shown the task, and keeps one that suits', () => {
  for (const { policy, task } of pairs) {
    const chosen = policyFor(task, policy);
    expect(suits(chosen, task)).toBe(true);
    if (suits(policy, task)) expect(chosen).toBe(policy);
    else expect(policies.find(({ id }) => id === chosen)?.tasks).toContain(task);
  }
});

test('`taskFor` returns a task that the base was shown, and keeps one that suits', () => {
  for (const { policy, task } of pairs) {
    const chosen = taskFor(policy, task);
    expect(suits(policy, chosen)).toBe(true);
    if (suits(policy, task)) expect(chosen).toBe(task);
  }
});

test('the untrained base suits every task that is not asked in words, and a task shown to no base suits every base', () => {
  for (const { id } of inSigns) expect(suits('untrained', id)).toBe(true);
  expect(isShown('countdown-distance')).toBe(false);
  for (const { id } of policies) expect(suits(id, 'countdown-distance')).toBe(true);
});

test('a task asked in words suits no shipped base, which keeps another task, and suits every other model', () => {
  expect(inWords.map(({ id }) => id)).toEqual([
    'follow-format',
    'chain-sums',
    'legs',
    'letters',
    'spell-backward',
    'countdown-words',
  ]);
  for (const { policy, task } of pairsOf(inWords)) {
    expect(suits(policy, task)).toBe(false);
    expect(policyFor(task, policy)).toBe(policy);
    expect(suits(policy, taskFor(policy, task))).toBe(true);
  }
  for (const { id } of tasks) {
    expect(suits('own-tiny-01234567', id)).toBe(true);
    expect(taskFor('own-tiny-01234567', id)).toBe(id);
  }
});

test('presets start from a base that was shown their task, and ids are unique', () => {
  for (const { id } of presets) expect(suits(presetConfig(id).policy, presetConfig(id).task)).toBe(true);
  expect(policies.map(({ id }) => id)).toContain(defaultConfig.policy);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
});
