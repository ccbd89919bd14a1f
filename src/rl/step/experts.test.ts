/** @file An expert's completions inside the policy's groups: their advantages in a run. */
import { expect, test } from 'vitest';
import { withAlgorithm } from '../algorithm/configured.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';

test('with LUFFY a completion is judged against its group and the expert’s, which the report does not show', async () => {
  const trainer = tinyTrainer();
  try {
    const config = { ...withAlgorithm(tinyConfig, 'luffy'), rewardWeights: { format: 1, answer: 1 } };
    await trainer.open({ ...config, settings: { demonstrations_per_prompt: 2 } }, onNode);
    const { groups } = await trainer.step();
    for (const { completions } of groups) {
      expect(completions).toHaveLength(config.numGenerations);
      const rewards = completions.map(({ reward }) => reward);
      // Two demonstrations, right and well formed.
      const mean = (rewards.reduce((sum, r) => sum + r, 0) + 2 * 2) / (rewards.length + 2);
      for (const { reward, tokenAdvantages } of completions)
        for (const a of tokenAdvantages) expect(a).toBeCloseTo(reward - mean, 5);
    }
  } finally {
    await trainer.dispose();
  }
});

/** One step of an algorithm on the tiny policy; `rows` gives the demonstrations that it learned from. */
async function stepOf(algorithm: string, settings: Readonly<Record<string, number>>) {
  const trainer = tinyTrainer();
  try {
    await trainer.open({ ...withAlgorithm(tinyConfig, algorithm), settings }, onNode);
    const { metrics } = await trainer.step();
    return { metrics, adapter: await trainer.adapter() };
  } finally {
    await trainer.dispose();
  }
}

test.each(['sft', 'chord', 'mix', 'luffy'])(
  '%s learns from no demonstration where no group has the pass rate',
  async (id) => {
    const { metrics } = await stepOf(id, { demonstrate_from: 1, demonstrate_to: 1 });
    expect(metrics['demonstrations/count']).toBe(0);
    const all = await stepOf(id, {});
    expect(all.metrics['demonstrations/count']).toBe(4);
  },
);

test('the weight of wrong demonstrations scales their part of the gradient: at 0 nothing is learned from them', async () => {
  const wrong = { demonstrations_wrong: 1 };
  const norm = async (weight: number) =>
    (await stepOf('sft', { ...wrong, wrong_demonstration_weight: weight })).metrics.grad_norm ?? 0;
  const [whole, half] = [await norm(1), await norm(0.5)];
  expect(half / whole).toBeCloseTo(0.5, 3);
  expect(await norm(0)).toBe(0);
});
