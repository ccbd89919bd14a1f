/** @file Facts beside the arrays: groups, greedy rewards, an estimator's memory, rewards of tokens, distributions, masks. */
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
const alike = (logp: number[][]) => ({ logp, oldLogp: logp, refLogp: logp });

/** Advantages of completions of one token at ratio 1, each weighing 1 / rows: -gradient x rows. */
async function advantagesOf(input: ObjectiveInput): Promise<number[]> {
  const { grad } = await evaluate('grpo', input);
  return grad.flat().map((g) => 0 - g * grad.flat().length);
}

describe('advantages', () => {
  const four = { ...alike([[-1], [-1], [-1], [-1]]), rewards: [1, 3, 10, 2] };

  test('are made within groups by id, which need not be neighbours', async () => {
    const settings = { advantage: 'unscaled' };
    const found = await advantagesOf({ ...four, groups: [7, 2, 7, 2], settings });
    expect(found).toEqual([-4.5, 0.5, 4.5, -0.5].map((a) => expect.closeTo(a, 6)));
  });

  test('have the greedy completion of each group as baseline (ReMax, arXiv 2310.10505)', async () => {
    const settings = { advantage: 'remax', num_generations: 2 };
    const found = await advantagesOf({ ...four, greedyRewards: [2, 4], settings });
    expect(found).toEqual([-1, 1, 6, -2].map((a) => expect.closeTo(a, 6)));
  });

  test('continue the baseline of the steps before', async () => {
    const settings = { advantage: 'runningBaseline' };
    const found = await advantagesOf({ ...four, memory: { baseline_mean: 2, baseline_steps: 5 }, settings });
    expect(found).toEqual([-1, 1, 8, 0].map((a) => expect.closeTo(a, 6)));
  });

  test('credit a token with the steps that it leads to (arXiv 2402.03300, section 4.1.3)', async () => {
    const two = {
      ...alike([
        [-1, -1],
        [-1, -1],
      ]),
      rewards: [1, 0],
      tokenRewards: [
        [1, 0],
        [0, 0],
      ],
    };
    const found = await advantagesOf({ ...two, settings: { advantage: 'process' } });
    // Steps earn 1, 0 and 0: mean 1/3, deviation sqrt(1/3).
    const [high, low] = [2 / Math.sqrt(3), -1 / Math.sqrt(3)];
    expect(found).toEqual([high + low, low, low, low].map((a) => expect.closeTo(a, 3)));
  });

  test('an overlong completion loses reward where the setting is given (DAPO, arXiv 2503.14476, eq. 13)', async () => {
    const batch = { ...alike([[-1, -1]]), mask: [[1, 1]], rewards: [1] };
    const loss = async (settings: Record<string, number | string>) =>
      (await evaluate('dapo', { ...batch, settings: { advantage: 'plain', max_completion_length: 2, ...settings } }))
        .loss;
    expect(await loss({})).toBeCloseTo(-1, 6);
    expect(await loss({ overlong_buffer: 4 })).toBeCloseTo(-0.5 + 0.5, 6);
  });
});

describe('exact divergences', () => {
  const [p, q] = [Math.log(0.5), [Math.log(0.8), Math.log(0.2)]];
  const given = {
    ...alike([[p]]),
    advantages: [0],
    logDistribution: [[[p, p]]],
    refLogDistribution: [[q]],
    settings: { kl_estimator: 'exact', beta: 2 },
  };
  const exact = 0.5 * (p - q[0]!) + 0.5 * (p - q[1]!);

  test('are measured on given distributions, with the gradient in them', async () => {
    const { loss, grad, gradDistribution, metrics } = await evaluate('grpo', given);
    expect(loss).toBeCloseTo(2 * exact, 6);
    expect(metrics.kl_exact).toBeCloseTo(exact, 9);
    expect(grad).toEqual([[0]]);
    // d/dlog p_v of sum p (log p - log q) is p (log p - log q + 1).
    expect(gradDistribution).toEqual([[q.map((log) => expect.closeTo(2 * 0.5 * (p - log + 1), 5))]]);
  });

  test('are taken off the reward', async () => {
    const { advantages: _, ...bare } = given;
    const settings = { ...given.settings, kl_placement: 'reward' };
    const { grad } = await evaluate('reinforce', { ...bare, rewards: [1], settings });
    expect(grad[0]![0]).toBeCloseTo(-(1 - 2 * exact), 6);
  });

  test.each<[string, Partial<ObjectiveInput>, RegExp]>([
    [
      'another vocabulary',
      { refLogDistribution: [[[0]]] },
      /^refLogDistribution\[0\]\[0\]: 1 numbers where logDistribution\[0\]\[0\] has 2$/,
    ],
    ['a ragged token', { logDistribution: [[[p, p], [p]]] }, /^logDistribution\[0\]: 2 tokens where logp has 1$/],
    ['no number', { logDistribution: [[[NaN, p]]] }, /^logDistribution\[0\]\[0\]\[0\]: NaN is no log-probability$/],
    ['groups of another number', { groups: [0, 0] }, /^groups: 2 numbers where logp has 1 rows$/],
    ['terms of another number', { rewardTerms: [{ weight: 1, scores: [] }] }, /^rewardTerms\[0\]\.scores: 0 numbers/],
  ])('%s is refused', async (_, changes, message) => {
    await expect(evaluate('grpo', { ...given, ...changes })).rejects.toThrow(message);
  });
});

test('tokens and completions beyond the cap are shown as a mask', async () => {
  const batch = {
    ...alike([
      [-1, -1],
      [-1, -1],
    ]),
    samplerLogp: [
      [-1, -3],
      [-1.5, -1.5],
    ],
    advantages: [1, 1],
  };
  const masks = async (mode: string) =>
    (await evaluate('grpo', { ...batch, settings: { importance_sampling_mode: mode, importance_sampling_cap: 2 } }))
      .masks;
  // Weights exp(0), exp(2) | exp(0.5), exp(0.5); of completions exp(2) | exp(1).
  expect(await masks('token_mask')).toEqual({
    importance: [
      [1, 0],
      [1, 1],
    ],
  });
  expect(await masks('sequence_mask')).toEqual({
    importance: [
      [0, 0],
      [0, 0],
    ],
  });
  expect(await masks('token_truncate')).toBeUndefined();
});
