/** @file A run that trains all weights: it begins at the base, learns, goes on from a snapshot, and has no critic. */
import { afterEach, expect, test } from 'vitest';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import type { LocalTrainer } from './localTrainer.ts';

const config = { ...tinyConfig, trainedWeights: 'all', learningRate: 0.005, rewardWeights: { format: 1 } };

let trainer: LocalTrainer = tinyTrainer();
afterEach(() => trainer.dispose());

test('all weights are those of the base at first and move with every step, also after a snapshot', async () => {
  const { adapterParameters, policy } = await trainer.open(config, onNode);
  expect(adapterParameters).toBe(policy.parameters);
  const base = await trainer.adapter();
  await trainer.step();
  const snapshot = await trainer.snapshot();
  const { metrics } = await trainer.step();
  const after = await trainer.adapter();
  expect(after.filter((x, i) => x !== base[i]).length).toBeGreaterThan(after.length / 2);
  expect(metrics.kl_exact).toBeGreaterThan(0);

  await trainer.restore(snapshot);
  await trainer.step();
  expect(await trainer.adapter()).toEqual(after);
});

test('a critic, which only an adapter has, is refused by name', async () => {
  trainer = tinyTrainer();
  await expect(trainer.open({ ...withAlgorithm(config, 'ppo'), trainedWeights: 'all' }, onNode)).rejects.toThrow(
    'trained_weights: ppo needs a critic, which only an adapter has; choose adapter',
  );
});
