/** @file Matching of bases and tasks in both directions; the untrained base fits every task. */
import { expect, test } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { defaultConfig } from '../config/config.ts';
import { presetConfig, presets } from '../config/presets.ts';
import { isShown, policies, policyFor, suits, taskFor } from './policies.ts';

const pairs = policies.flatMap(({ id }) => tasks.map((task) => ({ policy: id, task: task.id })));

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

test('the untrained base suits every task, and a task shown to no base suits every base', () => {
  for (const { id } of tasks) expect(suits('untrained', id)).toBe(true);
  expect(isShown('countdown-distance')).toBe(false);
  for (const { id } of policies) expect(suits(id, 'countdown-distance')).toBe(true);
});

test('presets start from a base that was shown their task, and ids are unique', () => {
  for (const { id } of presets) expect(suits(presetConfig(id).policy, presetConfig(id).task)).toBe(true);
  expect(policies.map(({ id }) => id)).toContain(defaultConfig.policy);
  expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
});
