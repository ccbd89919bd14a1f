/** @file Aggregation, masked groups, the entropy bonus and rsLoRA in training, on the tiny policy. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largestError } from '../../engine/onnx/graphRun.ts';
import type { TrainConfig } from '../config/config.ts';
import { decodeCheckpoint } from '../../policy/checkpoint.ts';
import { adapterLayout, loraScale } from '../../policy/lora.ts';
import { encodePeft } from '../../policy/peft.ts';
import { loraOf } from '../algorithm/configured.ts';
import { onNode, tinyCheckpoint, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { LocalTrainer } from '../run/localTrainer.ts';
import type { StepReport } from '../run/trainer.ts';

let trainer: LocalTrainer;
beforeAll(() => {
  trainer = tinyTrainer();
});
afterAll(() => trainer.dispose());

/** The first step of a run, and the adapter after it. */
async function firstStep(changes: Partial<TrainConfig>): Promise<{ report: StepReport; adapter: Float32Array }> {
  await trainer.open({ ...tinyConfig, ...changes }, onNode);
  return { report: await trainer.step(), adapter: await trainer.adapter() };
}

const completionsOf = ({ groups }: StepReport) => groups.flatMap(({ completions }) => completions);

describe('the loss of a step on the policy that sampled is -mean A', () => {
  test('over completions for GRPO (arXiv 2402.03300, eq. 3), over tokens if the run chooses so', async () => {
    const { report } = await firstStep({});
    const all = completionsOf(report);
    const overCompletions = -all.reduce((sum, { advantage }) => sum + advantage, 0) / all.length;
    const tokens = all.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    const overTokens = -all.reduce((sum, { advantage, tokenIds }) => sum + advantage * tokenIds.length, 0) / tokens;
    expect(Math.abs(overCompletions - overTokens)).toBeGreaterThan(0.01);
    expect(report.metrics.policy_loss).toBeCloseTo(overCompletions, 5);
    expect((await firstStep({ aggregation: 'dapo' })).report.metrics.policy_loss).toBeCloseTo(overTokens, 5);
    expect((await firstStep({ algorithm: 'bnpo' })).report.metrics.policy_loss).toBeCloseTo(overTokens, 5);
  });
});

describe('RAFT', () => {
  test('divides by the tokens of the best alone (arXiv 2304.06767), also in two mini-batches', async () => {
    for (const numMinibatches of [1, 2]) {
      const { report } = await firstStep({ algorithm: 'raft', numMinibatches, learningRate: 0 });
      const best = completionsOf(report).filter(({ advantage }) => advantage > 0);
      expect(best.length).toBeGreaterThan(0);
      const [tokens, nats] = best.reduce(
        ([n, sum], { logProbs }) => [n + logProbs.length, sum - logProbs.reduce((a, b) => a + b, 0)],
        [0, 0],
      );
      // Each of two mini-batches has its own mean.
      if (numMinibatches === 1) expect(report.metrics.policy_loss).toBeCloseTo(nats / tokens, 5);
      else expect(Math.abs(report.metrics.policy_loss! - nats / tokens)).toBeLessThan(0.5 * (nats / tokens));
    }
  });
});

describe('the entropy bonus in training', () => {
  test.each(['grpo', 'drGrpo', 'reinforce', 'gspo', 'ppo'])(
    '%s: (policy_loss - loss) / entropy is entropy_coef (TRL #6140)',
    async (algorithm) => {
      const {
        report: { metrics },
      } = await firstStep({ algorithm, entropyCoef: 0.05, learningRate: 0 });
      expect((metrics.policy_loss! - metrics.loss!) / metrics.entropy!).toBeCloseTo(0.05, 5);
    },
  );

  test('without a bonus there is no metric `loss`', async () => {
    expect((await firstStep({})).report.metrics).not.toHaveProperty('loss');
  });
});

describe('groups without spread', () => {
  test('masked groups are left out, and the loss is the mean over the others', async () => {
    const { report } = await firstStep({ zeroStdGroups: 'masked', learningRate: 0 });
    const mixed = report.groups
      .filter(({ completions }) => new Set(completions.map(({ reward }) => reward)).size > 1)
      .flatMap(({ completions }) => completions);
    expect(mixed.length).toBeGreaterThan(0);
    expect(mixed.length).toBeLessThan(16);
    expect(report.metrics.frac_completions_unused).toBeCloseTo(1 - mixed.length / 16, 7);
    expect(report.metrics.policy_loss).toBeCloseTo(
      -mixed.reduce((sum, { advantage }) => sum + advantage, 0) / mixed.length,
      5,
    );
  });

  test('their KL penalty is masked with them', async () => {
    // All rewards are 0, so every group is masked. k1 has a gradient even at the base.
    const config = { rewardWeights: { format: 0 }, beta: 1, klEstimator: 'k1' };
    const kept = await firstStep(config);
    expect(kept.report.metrics.frac_reward_zero_std).toBe(1);
    expect(kept.report.metrics.grad_norm).toBeGreaterThan(0.01);
    expect((await firstStep({ ...config, zeroStdGroups: 'masked' })).report.metrics.grad_norm).toBe(0);
  });
});

describe('rsLoRA', () => {
  test('scales the adapter by alpha / sqrt(rank) (arXiv 2312.03732): the gradient of B is larger by sqrt(rank)', async () => {
    const plain = await firstStep({ learningRate: 0, rank: 4 });
    const stabilised = await firstStep({ learningRate: 0, rank: 4, rsLora: 'on' });
    expect(stabilised.report.metrics.grad_norm! / plain.report.metrics.grad_norm!).toBeCloseTo(2, 4);
    expect(largestError(stabilised.adapter, plain.adapter)).toBe(0);
  });
});

describe('an adapter of rsLoRA in a file', () => {
  test('records its scale, for PEFT and for the commands', () => {
    const lora = loraOf({ ...tinyConfig, rsLora: 'on' });
    expect(loraScale(lora)).toBeCloseTo(tinyConfig.alpha / Math.sqrt(tinyConfig.rank), 12);
    expect(loraScale(loraOf(tinyConfig))).toBe(tinyConfig.alpha / tinyConfig.rank);
    const { config } = decodeCheckpoint(tinyCheckpoint());
    const files = encodePeft(config, lora, new Float32Array(adapterLayout(config, lora).size), {
      policy: 'tiny',
      policyHash: '',
    });
    expect(JSON.parse(new TextDecoder().decode(files['adapter_config.json']))).toMatchObject({
      use_rslora: true,
      r: tinyConfig.rank,
    });
  });
});

describe('mini-batches are made of the rows in use', () => {
  test.each([1, 2, 3, 4])('pairs, seed %i: one update per mini-batch, at most one per pair', async (seed) => {
    const {
      report: { metrics },
    } = await firstStep({ algorithm: 'dpo', numMinibatches: 3, seed });
    expect(metrics.num_updates).toBe(Math.min(3, metrics['pairs/count']!));
  });

  test('the best rows of RAFT, and the unmasked groups', async () => {
    const { report } = await firstStep({ algorithm: 'raft', numMinibatches: 2 });
    expect(report.metrics.num_updates).toBe(
      Math.min(2, completionsOf(report).filter(({ advantage }) => advantage > 0).length),
    );
    const { report: masked } = await firstStep({ zeroStdGroups: 'masked', numMinibatches: 4 });
    expect(masked.metrics.num_updates).toBe(4);
    expect(masked.metrics.num_updates_zero_grad).toBeUndefined();
  });

  test('tokens of unused completions are not counted as clipped', async () => {
    const {
      report: { metrics },
    } = await firstStep({ zeroStdGroups: 'masked', numIterations: 2, learningRate: 0.02, epsilon: 0.01 });
    const all = await firstStep({ numIterations: 2, learningRate: 0.02, epsilon: 0.01 });
    // Groups of equal rewards have A = 0 and are never clipped, so the share is larger without them.
    expect(metrics['clip_ratio/region_mean']).toBeGreaterThan(all.report.metrics['clip_ratio/region_mean']!);
  });
});
