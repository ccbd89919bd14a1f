/** @file A run that learns difficulties in order measures all of them whenever one is left, and ends when all are known. */
import { expect, test } from 'vitest';
import { presetConfig } from '../src/rl/config/presets.ts';
import { tinyPolicy } from './fixture.ts';
import { retained, retentionOf } from './retention.ts';
import { trainRun } from './trainRun.ts';
import type { StepLine } from './trainRequest.ts';

const policy = await tinyPolicy();
const config = {
  ...presetConfig('default'),
  task: 'strings7',
  policy: policy.checkpoint.manifest.id,
  difficulty: 3,
  lowestDifficulty: 1,
  promptSampler: 'in_order',
  promptsPerStep: 2,
  numGenerations: 4,
  rank: 2,
  shardSize: 8,
  rewardWeights: { answer: 0, length: 1 },
  learningRate: 0.02,
  maxSteps: 40,
};
const request = {
  preset: 'default',
  config,
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 14,
  evalSamples: 2,
} as const;

test('all seven rules are measured at the base and after each of three, and the run ends before its last step', async () => {
  const lines: StepLine[] = [];
  // Everything counts as known, so that a rule takes the least steps.
  const known = { ...config, passRateMax: 0 };
  const { summary } = await trainRun(
    { ...request, config: known, retention: true },
    { step: (line) => void lines.push(line) },
  );
  expect([summary.ended, summary.steps]).toEqual(['known', 9]);
  expect(summary.retention?.map(({ step }) => step)).toEqual([0, 3, 6, 9]);
  for (const { levels } of summary.retention ?? [])
    expect(Object.keys(levels)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  expect(summary.retention?.map(({ kl }) => kl > 1e-3)).toEqual([false, true, true, true]);
  expect(Object.keys(summary.baseLevels ?? {})).toHaveLength(7);
  expect(summary.baseLevels?.['1']).toMatchObject({ steps: expect.any(Number), solved: expect.any(Number) });
  expect(lines.map((line) => 'eval_kl' in line)).toEqual(lines.map((_, step) => step % 3 === 2));
});

test('without the flag only the asked difficulties are measured, and the run makes all its steps', async () => {
  const { summary } = await trainRun({ ...request, config: { ...config, maxSteps: 3, passRateMax: 0 } });
  expect([summary.ended, summary.retention]).toEqual(['steps', undefined]);
  expect(Object.keys(summary.baseLevels ?? {})).toEqual(['1', '2', '3']);
  expect(summary.baseLevels?.['1']).not.toHaveProperty('steps');
});

test('a run that asks all at once has its base and its end, read from the same numbers', () => {
  const report = (sampled: number) => ({ levels: { 1: { problems: 2, sampled, greedy: 0, steps: 0.5 } }, kl: sampled });
  const found = retained(report(0.25), [{ step: 0, reward: 1 }], report(0.75));
  expect(found).toEqual([
    { step: 0, levels: { 1: { sampled: 0.25, steps: 0.5 } }, kl: 0.25 },
    { step: 1, levels: { 1: { sampled: 0.75, steps: 0.5 } }, kl: 0.75 },
  ]);
  const line = { step: 0, ...retentionOf(report(0.75)) };
  expect(retained(report(0.25), [line], report(0.75))).toEqual(found);
});
