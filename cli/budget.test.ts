/**
 * @file The end of a run: at its last step, or once its tokens, seconds, accuracy or reward are reached; and the flags.
 */
import { describe, expect, test } from 'vitest';
import { presetConfig } from '../src/rl/config/presets.ts';
import { budgetArguments, budgetFlags, budgetOf, exhausted } from './budget.ts';
import { tinyPolicy } from './fixture.ts';
import { readFlags } from './flags.ts';
import { trainRun } from './trainRun.ts';
import type { RunRequest } from './trainRequest.ts';

const policy = await tinyPolicy();
const request: RunRequest = {
  preset: 'default',
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 8,
  evalSamples: 1,
  config: {
    ...presetConfig('default'),
    policy: 'tiny',
    seed: 5,
    maxSteps: 6,
    evalEvery: 0,
    numGenerations: 4,
    promptsPerStep: 2,
    shardSize: 8,
    rank: 2,
    alpha: 4,
    difficulty: 2,
  },
};
const ran = async (budget: RunRequest['budget'] = {}) => (await trainRun({ ...request, budget })).summary;

describe('a run', () => {
  test('ends after the step that reaches its tokens, and says so', async () => {
    const whole = await ran();
    expect(whole).toMatchObject({ steps: 6, ended: 'steps', interrupted: false });
    const half = await ran({ tokens: Math.round(whole.tokens / 2) });
    expect(half.ended).toBe('tokens');
    expect(half.steps).toBeLessThan(6);
    expect(half.tokens).toBeGreaterThanOrEqual(Math.round(whole.tokens / 2));
    expect(await ran({ tokens: half.tokens })).toMatchObject({ steps: half.steps, adapterHash: half.adapterHash });
  });

  test('ends once its seconds or its accuracy are reached', async () => {
    expect(await ran({ seconds: 0.001 })).toMatchObject({ steps: 1, ended: 'seconds' });
    // Accuracy 0 is reached at the first check.
    expect(await ran({ accuracy: 0 })).toMatchObject({ steps: 5, ended: 'accuracy' });
    expect(await ran({ accuracy: 1 })).toMatchObject({ steps: 6, ended: 'steps' });
  });
});

const spent = (steps: number) => ({ steps, tokens: 0, seconds: 0 });

test('checks the accuracy every five steps only', async () => {
  let looks = 0;
  const look = async () => {
    looks++;
    return { accuracy: 0.7 };
  };
  const after = (steps: number) => exhausted({ accuracy: 0.6 }, spent(steps), look);
  expect([await after(4), await after(5), await after(6)]).toEqual([null, 'accuracy', null]);
  expect(looks).toBe(1);
});

test('an expected reward ends a run of a task with listed outcomes alone', async () => {
  const at = (reward?: number) =>
    exhausted({ reward: 0.6 }, spent(5), async () => ({ accuracy: 1, ...(reward === undefined ? {} : { reward }) }));
  expect([await at(0.59), await at(0.6), await at()]).toEqual([null, 'reward', null]);
});

test('flags and budget convert into each other', () => {
  const budget = { tokens: 1000, seconds: 2.5, accuracy: 0.8, reward: 0.9 };
  expect(budgetOf(readFlags({ name: 'train', summary: '', flags: budgetFlags }, budgetArguments(budget)))).toEqual(
    budget,
  );
  expect(budgetOf(readFlags({ name: 'train', summary: '', flags: budgetFlags }, []))).toEqual({});
});
