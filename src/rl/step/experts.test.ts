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
