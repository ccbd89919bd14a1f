/**
 * @file Advantages of an evaluation on plain arrays: made of numbers at sampling, never of those of the policy since
 * then.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from './evaluateObjective.ts';
import type { ObjectiveInput } from './objectiveInput.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());
const evaluate = (name: string, input: ObjectiveInput) => evaluateObjective(runtime, name, input);

/** One completion of three tokens, the last one masked; A = -gradient x tokens, the ratio being 1. */
const row = { logp: [[-1, -1, 0]], oldLogp: [[-1, -1, 0]], refLogp: [[-1, -1, 0]], mask: [[1, 1, 0]], rewards: [2] };
const [gamma, lam] = [0.9, 0.8];
const [first, second] = [0.3, 0.7];
/** delta_t = r_t + gamma V_{t+1} - V_t; A_t = delta_t + gamma lambda A_{t+1}, the value behind the end being 0. */
const late = 2 - second;
const early = gamma * second - first + gamma * lam * late;
/** (A - mean) / std with Bessel's correction, of the two. */
const whitened = (early - late) / 2 / Math.sqrt((early - late) ** 2 / 2 + 1e-8);

describe('generalised advantages', () => {
  const settings = { gamma, lam, vf_coef: 0.5, cliprange_value: 0.4, beta: 0 };
  const oldValues = [[first, second, 9]];
  /** V = (1, 0.5): 0.3 moves by 0.7, beyond the clip at 0.4; 0.5 is within it. */
  const values = [[1, 0.5, -9]];

  test('advantages and returns are those of the values at sampling (arXiv 1506.02438, eq. 16), the critic’s loss that of the values now (TRL PPO)', async () => {
    const { loss, grad } = await evaluate('ppo', { ...row, values, oldValues, settings });
    const [returnEarly, returnLate] = [early + first, late + second];
    const held = first + 0.4;
    const critic = (Math.max((1 - returnEarly) ** 2, (held - returnEarly) ** 2) + (0.5 - returnLate) ** 2) / 2;
    expect(loss).toBeCloseTo((0.5 * critic) / 2, 6);
    expect(grad[0]).toEqual([expect.closeTo(-whitened / 2, 5), expect.closeTo(whitened / 2, 5), 0]);
  });

  test('another objective that chooses a critic has them too, and its policy’s loss does not see the values now', async () => {
    const chosen = { ...row, oldValues, settings: { advantage: 'gae', gamma, lam, vf_coef: 0 } };
    const [one, other] = await Promise.all([
      evaluate('grpo', { ...chosen, values }),
      evaluate('grpo', { ...chosen, values: [[-5, 4, 0]] }),
    ]);
    expect(one.loss).toBeCloseTo(other.loss, 12);
    expect(one.grad).toEqual(other.grad);
    expect(one.grad[0]![0]).not.toBe(0);
  });

  test('the values at sampling alone give advantages, without a loss of the critic', async () => {
    const { grad } = await evaluate('ppo', { ...row, values, oldValues, settings });
    const alone = await evaluate('ppo', { ...row, oldValues, settings: { gamma, lam } });
    expect(alone.grad).toEqual(grad);
    // Whitened advantages sum to 0.
    expect(alone.loss).toBeCloseTo(0, 6);
  });

  test('advantages that are given stay; the returns are still those of the values at sampling', async () => {
    const { loss } = await evaluate('ppo', {
      ...row,
      values: [[0.3, 0.7, 0]],
      oldValues: [[0.1, 0.2, 0]],
      advantages: [0],
      settings: { ...settings, lam: 0, gamma: 1, cliprange_value: 100 },
    });
    // With lambda 0 a return is the next reward plus the next value.
    expect(loss).toBeCloseTo((0.5 * ((0.3 - 0.2) ** 2 + (0.7 - 2) ** 2)) / 2 / 2, 6);
  });

  test('without any values the message says what to give', async () => {
    await expect(evaluate('ppo', row)).rejects.toThrow(
      /^values: the advantages of ppo are made of them; give them, or advantages$/,
    );
  });
});

describe('the divergence in the reward', () => {
  const moved = { logp: [[-9, -3]], oldLogp: [[-1, -2]], refLogp: [[-1.5, -2.25]], rewards: [1] };

  test('is that of the policy that sampled: beta (old - ref), summed for REINFORCE', async () => {
    const { grad } = await evaluate('reinforce', {
      ...moved,
      settings: { kl_placement: 'reward', kl_estimator: 'k1', beta: 0.4 },
    });
    expect(grad[0]).toEqual([expect.closeTo(-(1 - 0.4 * 0.75), 6), expect.closeTo(-(1 - 0.4 * 0.75), 6)]);
  });

  test.each([
    ['refLogp', { refLogp: undefined }, {}, /^refLogp: the divergence that reinforcePlusPlus takes off the reward/],
    ['oldLogp', { oldLogp: undefined }, {}, /^oldLogp: /],
    ['the distribution', {}, { kl_estimator: 'exact' }, /^settings\.kl_estimator: exact needs the distribution/],
  ])('is refused, not left out, where %s is missing', async (_, missing, settings, message) => {
    await expect(
      evaluate('reinforcePlusPlus', { ...moved, ...missing, settings: { beta: 0.1, ...settings } } as ObjectiveInput),
    ).rejects.toThrow(message);
  });
});

test('sampler and trainer are compared on the policy that sampled (TRL sampling_logp_difference), not on the one since then', async () => {
  const given = {
    logp: [[-4, -5]],
    oldLogp: [[-1, -2]],
    samplerLogp: [[-1.5, -2.25]],
    refLogp: [[0, 0]],
    advantages: [1],
  };
  expect((await evaluate('grpo', given)).metrics['sampling/sampling_logp_difference/mean']).toBeCloseTo(0.375, 12);
});
