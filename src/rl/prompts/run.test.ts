/**
 * @file Prompt samplers in a run: resuming or the number of lanes does not change it, and metrics report the
 * difficulties.
 */
import { describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import type { TrainConfig } from '../config/config.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { LocalLane } from '../learner/lane.ts';
import { promptSamplers } from './index.ts';

const config: TrainConfig = { ...tinyConfig, difficulty: 4, promptPool: 16, maxSteps: 4, promptsPerStep: 4 };
const onLanes = (count: number) =>
  tinyTrainer(async () => ({
    lanes: await Promise.all(Array.from({ length: count }, async () => new LocalLane(await createRuntime('node')))),
    lost: new Promise<never>(() => {}),
  }));

async function steps(promptSampler: string, count: number, trainer = tinyTrainer()) {
  await trainer.open({ ...config, promptSampler }, onNode);
  const reports = [];
  for (let step = 0; step < count; step++) reports.push(await trainer.step());
  const snapshot = await trainer.snapshot();
  const evaluation = await trainer.evaluate(9, 2);
  await trainer.dispose();
  return { reports, snapshot, evaluation };
}

describe.each(promptSamplers)('prompts by $id', ({ id, mixed }) => {
  test('resume exactly, memory and metrics included', async () => {
    const unbroken = await steps(id, 4);
    const { snapshot } = await steps(id, 2);
    const trainer = tinyTrainer();
    await trainer.open({ ...config, promptSampler: id }, onNode);
    await trainer.restore(snapshot);
    const rest = [await trainer.step(), await trainer.step()];
    expect(rest.map(({ metrics }) => timeless(metrics))).toEqual(
      unbroken.reports.slice(2).map(({ metrics }) => timeless(metrics)),
    );
    expect(await trainer.snapshot()).toEqual(unbroken.snapshot);
    await trainer.dispose();
  });

  test('report prompts by difficulty, and every difficulty is evaluated', async () => {
    const {
      reports: [first],
      snapshot,
      evaluation,
    } = await steps(id, 1);
    expect(evaluation.passAtK?.['1']).toBeCloseTo(evaluation.sampled, 12);
    expect(evaluation.passAtK?.['2']).toBeGreaterThanOrEqual(evaluation.sampled);
    expect(evaluation.distinct).toBeGreaterThan(1);
    expect(evaluation.distinct).toBeLessThanOrEqual(2);
    const shares = [2, 3, 4].map((level) => first?.metrics[`difficulty/${level}/share`]);
    if (!mixed) {
      expect([shares, snapshot.memory, evaluation.levels]).toEqual([[undefined, undefined, undefined], {}, undefined]);
      return;
    }
    expect(shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)).toBeCloseTo(1, 12);
    const asked = first?.groups.map(({ prompt }) => (prompt.match(/\+/g) ?? []).length) ?? [];
    expect(shares).toEqual([2, 3, 4].map((level) => asked.filter((count) => count === level).length / asked.length));
    expect(Object.values(evaluation.levels ?? {}).map(({ problems }) => problems)).toEqual([3, 3, 3]);
    const levels = Object.values(evaluation.levels ?? {});
    expect(evaluation.sampled).toBeCloseTo(levels.reduce((sum, { sampled }) => sum + sampled, 0) / 3, 12);
  });
});

test.each(['pass_rate_window', 'sec'])('prompts by %s are the same on one lane, two and four', async (id) => {
  const one = await steps(id, 2);
  for (const count of [2, 4]) expect((await steps(id, 2, onLanes(count))).snapshot).toEqual(one.snapshot);
});

test('the bandit is rewarded with the advantages of the step', async () => {
  const {
    reports: [first],
    snapshot,
  } = await steps('sec', 1);
  for (const level of [2, 3, 4]) {
    const own =
      first?.groups
        .filter(({ prompt }) => (prompt.match(/\+/g) ?? []).length === level)
        .flatMap(({ completions }) => completions) ?? [];
    if (own.length === 0) continue;
    const gain = own.reduce((sum, { advantage }) => sum + Math.abs(advantage), 0) / own.length;
    expect(snapshot.memory[`sec/${level}`]).toBeCloseTo(0.5 * gain, 5);
    expect(first?.metrics[`difficulty/${level}/value`]).toBe(snapshot.memory[`sec/${level}`]);
  }
  expect(Object.keys(snapshot.memory).some((name) => name.startsWith('sec/'))).toBe(true);
});
