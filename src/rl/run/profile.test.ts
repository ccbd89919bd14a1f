/** @file The difficulty profile: its estimators against listing all groups, its advice, and a profile of a tiny policy. */
import { describe, expect, test } from 'vitest';
import { tinyConfig, tinyTrainer, onNode } from '../../../testing/tinyRun.ts';
import type { DifficultyProfile } from './profile.ts';
import { noSignalOf } from './profileSamples.ts';
import { adviceOf, profileLines } from './profileAdvice.ts';

/** All subsets of `size` out of the items. */
function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

test.each([
  [[6], 3],
  [[3, 3], 2],
  [[5, 2, 1], 3],
  [[1, 1, 1, 1], 2],
])('rewards earned %j times leave as many groups of %i without a signal as listing them finds', (rewards, size) => {
  const all = rewards.flatMap((count, value) => Array.from({ length: count }, () => value));
  const groups = subsets([...all.keys()], size).map((rows) => new Set(rows.map((row) => all[row])).size === 1);
  expect(noSignalOf({ samples: all.length, rewards }, size)).toBeCloseTo(
    groups.filter(Boolean).length / groups.length,
    12,
  );
});

const profile: DifficultyProfile = {
  task: 'sums',
  difficulty: 4,
  temperature: 1,
  groupSize: 8,
  problems: 64,
  samples: 64,
  pass: 0.4,
  passAtK: { 1: 0.4, 8: 0.8, 64: 0.95 },
  noSignal: 0.2,
  noSignalBySize: { 2: 0.5, 4: 0.3, 8: 0.2, 16: 0.15 },
  neverRight: 0.05,
  alwaysRight: 0,
  meanLength: 6,
  truncated: 0.01,
  completionLength: 13,
  others: [],
};

describe('advice', () => {
  test('keeps settings that no other clearly beats', () => {
    const others = [{ difficulty: 3, temperature: 1, pass: 0.6, noSignal: 0.15 }];
    expect(adviceOf({ ...profile, others })).toEqual({
      outlook: 'something',
      sentence:
        'RL will find something to reinforce here: in 80\u00a0% of the groups of 8, completions of one problem earn different rewards.',
      difficulty: 4,
      groupSize: 8,
      temperature: 1,
      reasons: [],
    });
  });

  test('recommends difficulty, group size and temperature with their shares', () => {
    const others = [
      { difficulty: 3, temperature: 1, pass: 0.5, noSignal: 0.05 },
      { difficulty: 2, temperature: 1, pass: 0, noSignal: 0 },
      { difficulty: 4, temperature: 1.3, pass: 0.5, noSignal: 0.08 },
    ];
    const noSignalBySize = { 2: 0.6, 4: 0.5, 8: 0.2, 16: 0.05 };
    expect(adviceOf({ ...profile, others, noSignalBySize })).toMatchObject({
      difficulty: 3,
      groupSize: 16,
      temperature: 1.3,
      reasons: [
        'difficulty 3: 95\u00a0% of the groups then have a signal',
        'group size 16: 95\u00a0% of the groups have a signal',
        'temperature 1.3: 92\u00a0% of the groups then have a signal',
      ],
    });
  });

  test.each([
    [
      'never',
      { passAtK: { 1: 0, 8: 0, 64: 0 }, noSignal: 1 },
      /because nothing is ever right: none of 4,096 completions\.$/,
    ],
    ['never', { passAtK: { 1: 0, 8: 0, 64: 0 }, noSignal: 0.5 }, /Rewards differ by other terms alone/],
    [
      'always',
      { passAtK: { 1: 0.99, 8: 1, 64: 1 } },
      /because everything already is right: 99\u00a0% of the completions\.$/,
    ],
    [
      'little',
      { passAtK: { 1: 0.01, 8: 0.03, 64: 0.1 }, noSignal: 0.95 },
      /only in 5\u00a0% of the groups.*never solved\.$/,
    ],
  ] as const)('says %s in a sentence', (outlook, changes, sentence) => {
    const advice = adviceOf({ ...profile, ...changes });
    expect(advice.outlook).toBe(outlook);
    expect(advice.sentence).toMatch(sentence);
    if (outlook !== 'little') expect(advice.groupSize).toBe(profile.groupSize);
  });

  test('recommends no larger group where it hardly helps', () => {
    const noSignalBySize = { 2: 1, 4: 0.99, 8: 0.99, 16: 0.98 };
    expect(adviceOf({ ...profile, noSignal: 0.99, noSignalBySize })).toMatchObject({ groupSize: 8, reasons: [] });
  });

  test('has a line for each figure', () => {
    expect(Object.fromEntries(profileLines(profile))).toMatchObject({
      'pass@64': '95\u00a0%',
      'groups of 8 without a signal': '20\u00a0%',
      'mean length': '6.0 of 13 tokens',
      'cut by the length limit': '1\u00a0%',
    });
  });
});

describe('a trainer', () => {
  test('profiles its base with progress, leaves the run as it was, and stops', async () => {
    const [trainer, twin] = [tinyTrainer(), tinyTrainer()];
    await Promise.all([trainer.open(tinyConfig, onNode), twin.open(tinyConfig, onNode)]);
    const seen: number[][] = [];
    trainer.listen((event) => void (event.type === 'profile' && seen.push([event.done, event.total])));
    const measured = await trainer.profile();
    expect(measured).toMatchObject({
      task: tinyConfig.task,
      problems: 64,
      samples: 64,
      groupSize: tinyConfig.numGenerations,
    });
    expect(seen[0]?.[0]).toBe(0);
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    await Promise.all([trainer.step(), twin.step()]);
    expect(await trainer.adapter()).toEqual(await twin.adapter());
    const again = trainer.profile();
    await trainer.stopProfile();
    expect(await again).toBeNull();
    await Promise.all([trainer.dispose(), twin.dispose()]);
  });
});
