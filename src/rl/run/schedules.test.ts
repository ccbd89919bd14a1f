/** @file Numbers that move over the steps of a run. */
import { expect, test } from 'vitest';
import { onNode, tinyTrainer, tinyConfig } from '../../../testing/tinyRun.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import type { LiveChanges, TrainConfig } from '../config/config.ts';

const steps = 4;
const config: TrainConfig = {
  ...withAlgorithm(tinyConfig, 'dapo'),
  beta: 0.02,
  numMinibatches: 2,
  maxSteps: steps,
  evalEvery: 0,
};
const schedules: TrainConfig['schedules'] = {
  temperature: { kind: 'linear', to: 0.5, steps: 2 },
  beta: { kind: 'cosine', to: 0.1, steps: 4 },
  epsilon_high: { kind: 'linear', to: 0.4, steps: 4 },
};

/** The values of those schedules, by hand. */
const byHand: readonly LiveChanges[] = [0, 1, 2, 3].map((step) => ({
  temperature: [1, 0.75, 0.5, 0.5][step] as number,
  beta: 0.02 + (0.08 * (1 - Math.cos((Math.PI * step) / 4))) / 2,
  settings: { epsilon_high: 0.28 + (0.12 * step) / 4 },
}));

test('a run with schedules equals one whose numbers are set anew before each step, bit for bit', async () => {
  const [moving, set] = [tinyTrainer(), tinyTrainer()];
  await moving.open({ ...config, schedules }, onNode);
  await set.open(config, onNode);
  for (const changes of byHand) {
    await set.adjust(changes);
    const [{ metrics }, other] = [await moving.step(), await set.step()];
    expect(metrics['schedules/temperature']).toBe(changes.temperature);
    expect(metrics['schedules/beta']).toBeCloseTo(changes.beta as number, 12);
    expect(metrics['schedules/epsilon_high']).toBeCloseTo(changes.settings?.epsilon_high as number, 12);
    expect(metrics.reward).toBe(other.metrics.reward);
  }
  const adapter = await moving.adapter();
  expect(adapter.some((value) => value !== 0)).toBe(true);
  expect(adapter).toEqual(await set.adapter());
  await Promise.all([moving.dispose(), set.dispose()]);
});

test('a snapshot goes on with the schedules where they were', async () => {
  const [whole, resumed] = [tinyTrainer(), tinyTrainer()];
  await whole.open({ ...config, schedules }, onNode);
  await resumed.open({ ...config, schedules }, onNode);
  await whole.step();
  const snapshot = await whole.snapshot();
  for (let step = 1; step < steps; step++) await whole.step();
  await resumed.restore(snapshot);
  for (let step = 1; step < steps; step++) await resumed.step();
  expect(await resumed.adapter()).toEqual(await whole.adapter());
  await Promise.all([whole.dispose(), resumed.dispose()]);
});

test.each<[TrainConfig['schedules'], RegExp]>([
  [{ seed: { kind: 'linear', to: 3, steps: 4 } }, /^schedule\.seed: no number of dapo that can move; there are .*beta/],
  [{ mu: { kind: 'linear', to: 3, steps: 4 } }, /^schedule\.mu: no number of dapo/],
  [{ epsilon_high: { kind: 'linear', to: 99, steps: 4 } }, /^schedule\.epsilon_high: moves to .* not 99/],
  [{ temperature: { kind: 'linear', to: 9, steps: 4 } }, /schedule\.temperature: moves to 0\.1 to 2, not 9/],
])('%j is refused by name', async (wrong, message) => {
  const trainer = tinyTrainer();
  await expect(trainer.open({ ...config, schedules: wrong }, onNode)).rejects.toThrow(message);
  await trainer.dispose();
});
