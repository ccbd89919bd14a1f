/**
 * @file Tasks with few parts train like any other: yes or no without methods, and a list of forty problems that reads
 * no typed prompt and brings no demonstrations.
 */
import { describe, expect, test } from 'vitest';
import { list, parity } from '../testing/tasks/planted.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { withAlgorithm } from '../src/rl/algorithm/configured.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import { openTask } from '../src/tasks/index.ts';
import type { Task } from '../src/tasks/task.ts';
import { nodeEnvironment } from './environment.ts';
import { tinyPolicy } from './fixture.ts';
import { trainRun } from './trainRun.ts';
import type { RunRequest } from './trainRequest.ts';
import { summaryText } from './trainTable.ts';

const policy = await tinyPolicy();
for (const task of [parity, list]) openTask(task);

const configOf = (task: Task, changes: Partial<TrainConfig> = {}): TrainConfig => ({
  ...presetConfig('default'),
  policy: 'tiny',
  task: task.id,
  difficulty: task.difficulty.default,
  seed: 5,
  maxSteps: 3,
  evalEvery: 0,
  numGenerations: 8,
  promptsPerStep: 4,
  shardSize: 8,
  rank: 2,
  alpha: 4,
  warmupSteps: 0,
  ...changes,
});
const requestOf = (config: TrainConfig): RunRequest => ({
  preset: 'default',
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 64,
  evalSamples: 2,
  config,
});

describe.each([
  [parity, 38],
  [list, 12],
])('$id', (task, heldOut) => {
  test('trains, and is measured on all its held-out problems', async () => {
    const { summary } = await trainRun(requestOf(configOf(task)));
    expect(summary).toMatchObject({ steps: 3, problems: heldOut, baseMethods: {}, finalMethods: {} });
    expect(summaryText(summary)).not.toMatch(/undefined|NaN|; $/m);
  });

  test('is imitated from demonstrations that are its answers', async () => {
    const config = withAlgorithm(configOf(task), 'sft');
    const { summary } = await trainRun(requestOf({ ...config, maxSteps: 2, learningRate: 0.01 }));
    expect(summary.steps).toBe(2);
    expect(summary.lastKl).toBeGreaterThan(0);
  });

  test('keeps rollouts in a snapshot, goes on from it, and answers a typed prompt', async () => {
    const config = configOf(task, { rollouts: 'replay' });
    const open = async () => {
      const trainer = new LocalTrainer(nodeEnvironment(policy));
      await trainer.open(config, { backend: 'node', workers: 1 });
      return trainer;
    };
    const [first, second] = [await open(), await open()];
    try {
      await first.step();
      const snapshot = await first.snapshot();
      expect(snapshot.kept?.length).toBeGreaterThan(0);
      await second.restore(snapshot);
      const [a, b] = [await first.step(), await second.step()];
      expect(b.groups).toEqual(a.groups);
      const { tuned } = await first.ask(a.groups[0]?.prompt ?? '', { temperature: 1, seed: 1, samples: 2 });
      expect(tuned).toHaveLength(2);
      expect(tuned.every(({ correct }) => (correct === undefined) === (task.read === undefined))).toBe(true);
    } finally {
      await Promise.all([first.dispose(), second.dispose()]);
    }
  });
});
