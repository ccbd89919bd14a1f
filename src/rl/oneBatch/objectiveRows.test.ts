/**
 * @file Rows that take no part in a loss: masked, outside pairs, dropped; and the settings of a text. Expected
 * values are computed by hand from the formulas.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from './evaluateObjective.ts';
import type { ObjectiveInput } from './objectiveInput.ts';
import { paperTexts } from '../../../testing/paperTexts.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const evaluate = (name: string, input: ObjectiveInput, text?: string) =>
  evaluateObjective(runtime, name, input, 'float64', text);
const alike = (logp: number[][]) => ({ logp, oldLogp: logp, refLogp: logp });

describe('a masked completion', () => {
  const batch = {
    ...alike([[-1], [-1], [-1]]),
    mask: [[0], [1], [1]],
    settings: { advantage: 'unscaled', num_generations: 3 },
  };

  test('still counts in the mean reward of its group (TRL: advantages are made before the mask)', async () => {
    // Rewards 1, 0, .5 have the mean .5: A = -.5 and 0 on the rows that take part.
    expect((await evaluate('grpo', { ...batch, rewards: [1, 0, 0.5] })).loss).toBeCloseTo(0.25, 7);
    const counted = { ...batch, rewards: [1, 0, 0.5], settings: { ...batch.settings, masked_completions: 'counted' } };
    expect((await evaluate('grpo', counted)).loss).toBeCloseTo(0.5 / 3, 7);
    // The best is masked, so that nothing is imitated.
    expect((await evaluate('raft', { ...batch, rewards: [1, 0, 0.5], settings: { num_generations: 3 } })).loss).toBe(0);
  });

  test('without a reward is left out and counted', async () => {
    const { loss, metrics } = await evaluate('grpo', { ...batch, rewards: [NaN, 1, 0.5] });
    expect(loss).toBeCloseTo(0, 7);
    expect(metrics['rewards/excluded']).toBe(1);
  });

  test('an expert’s row is not a row of the policy in MIX', async () => {
    const rows = {
      ...alike([[-1], [-1], [-2], [-2]]),
      advantages: [1, 1, 1, 1],
      expert: [0, 0, 1, 1],
      settings: { mu: 0.5 },
    };
    const { loss, grad } = await evaluate('mix', { ...rows, mask: [[1], [1], [1], [0]] });
    // Own: (1 - mu) x 2 rows x mean of -1; expert: mu x 2 rows x mean of 2.
    expect(loss).toBeCloseTo(-1 + 2, 6);
    expect(grad[0]![0]).toBeCloseTo(-0.5, 6);
  });
});

describe('tokens are chosen by entropy among those that take part', () => {
  test('of RAFT only the best’s, as in training', async () => {
    const batch = {
      ...alike([
        [-1, -1],
        [-1, -1],
      ]),
      entropy: [
        [1, 1],
        [3, 3],
      ],
      rewards: [1, 0],
      settings: { num_generations: 2, top_entropy_quantile: 0.5 },
    };
    const { loss, masks } = await evaluate('raft', batch);
    expect(masks?.selected).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(loss).toBeCloseTo(1, 6);
  });

  test('rows outside all pairs are no part of entropy and count', async () => {
    const rows = {
      ...alike([[-1], [-1], [-1], [-1]]),
      entropy: [[1], [1], [3], [3]],
      chosen: [1, 0, 0, 0],
      rejected: [0, 1, 0, 0],
      settings: { entropy_coef: 0.1 },
    };
    const { metrics } = await evaluate('dpo', rows);
    expect(metrics).toMatchObject({ entropy: 1, num_tokens: 2 });
    expect(metrics.policy_loss! - metrics.loss!).toBeCloseTo(0.1, 7);
  });
});

describe('an objective as text', () => {
  test('that reads entropy_coef has its own bonus, once', async () => {
    const batch = { ...alike([[-1]]), entropy: [[1]], advantages: [0], settings: { entropy_coef: 0.1 } };
    expect((await evaluate('grpo', batch, '-A * logp - entropy_coef * entropy')).loss).toBeCloseTo(-0.1, 7);
  });

  test.each(['reinforcePlusPlus', 'gdc'])(
    'keeps the KL penalty in the reward of %s, with its coefficient',
    async (id) => {
      const logp = [
        [-1, -2],
        [-1, -1],
      ];
      const batch = {
        logp,
        oldLogp: logp,
        refLogp: [
          [-2, -2],
          [-1, -0.5],
        ],
        rewards: [1, 0],
        settings: { beta: 0.3 },
      };
      expect((await evaluate(id, batch, paperTexts.get(id))).loss).toBeCloseTo((await evaluate(id, batch)).loss, 9);
    },
  );
});

test('CHORD and MIX have one KL penalty, on their own tokens, whichever is chosen', async () => {
  const batch = { logp: [[-1], [0]], oldLogp: [[-1], [-1]], refLogp: [[-2], [-1]], advantages: [0, 0], expert: [0, 1] };
  const k3 = Math.exp(-1) - 1 + 1;
  for (const id of ['chord', 'mix']) {
    const loss = async (settings: Record<string, number | string>) =>
      (await evaluate(id, { ...batch, settings: { beta: 1, mu: 0.5, ...settings } })).loss;
    // The expert's token has log-probability 0, so that its imitation costs nothing.
    for (const settings of [{}, { kl_estimator: 'k3' }, { use_bias_correction_kl: 1 }])
      expect(await loss(settings)).toBeCloseTo(0.5 * k3, 6);
    expect(await loss({ kl_estimator: 'k2' })).toBeCloseTo(0.5 * 0.5, 6);
    expect(await loss({ kl_placement: 'reward' })).toBeCloseTo(0, 6);
  }
});

test('the correction of the KL penalty makes none where there is none', async () => {
  const batch = {
    ...alike([[-1], [0]]),
    advantages: [0, 0],
    expert: [0, 1],
    settings: { beta: 1, use_bias_correction_kl: 1 },
  };
  await expect(evaluate('reinforce', { ...batch, settings: { use_bias_correction_kl: 1 } })).rejects.toThrow(
    'use_bias_correction_kl: reinforce has no KL penalty',
  );
  await expect(evaluate('grpo', batch, '-A * logp + beta * k3')).rejects.toThrow(/^use_bias_correction_kl: /);
});
