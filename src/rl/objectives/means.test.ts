/**
 * @file The divisor of a loss: completions or tokens, with discarded and masked completions; and the KL penalty
 * off-policy.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import type { ObjectiveInput } from '../oneBatch/objectiveInput.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const evaluate = (name: string, input: ObjectiveInput) => evaluateObjective(runtime, name, input);
/** Rows of these lengths in `columns` columns. */
const masks = (lengths: readonly number[], columns: number) =>
  lengths.map((length) => Array.from({ length: columns }, (_, t) => Number(t < length)));
const rowsOf = (lengths: readonly number[], columns: number, lp: (row: number) => number) =>
  masks(lengths, columns).map((row, b) => row.map((m) => m * lp(b)));

describe('GRPO as published: the mean over completions of token means (arXiv 2402.03300, eq. 3; TRL loss_type grpo)', () => {
  const lengths = [6, 2, 3];
  const logp = rowsOf(lengths, 6, () => -1);
  const batch = { logp, oldLogp: logp, refLogp: logp, mask: masks(lengths, 6), advantages: [3, -1, 0.5] };

  test('a long completion counts as much as a short one', async () => {
    expect((await evaluate('grpo', batch)).loss).toBeCloseTo(-(3 - 1 + 0.5) / 3, 6);
    for (const id of ['gdpo', 'passAtK']) expect((await evaluate(id, batch)).loss).toBeCloseTo(-2.5 / 3, 6);
  });

  test('the token mean and the constant divisor can be chosen', async () => {
    for (const aggregation of ['dapo', 'bnpo'])
      expect((await evaluate('grpo', { ...batch, settings: { aggregation } })).loss).toBeCloseTo(
        -(18 - 2 + 1.5) / 11,
        6,
      );
    expect(
      (await evaluate('grpo', { ...batch, settings: { aggregation: 'dr_grpo', max_completion_length: 10 } })).loss,
    ).toBeCloseTo(-17.5 / 30, 6);
    await expect(evaluate('dpo', { ...batch, settings: { aggregation: 'grpo' } })).rejects.toThrow(
      /^aggregation: dpo takes a mean over pairs/,
    );
    await expect(evaluate('chord', { ...batch, settings: { aggregation: 'grpo' } })).rejects.toThrow(
      /^aggregation: chord takes a mean/,
    );
  });

  test('masked completions are left out of the mean, or counted as TRL’s grpo and dr_grpo do', async () => {
    const masked = { ...batch, mask: masks([6, 0, 3], 6) };
    const loss = async (settings: Record<string, number | string>) =>
      (await evaluate('grpo', { ...masked, settings })).loss;
    expect(await loss({})).toBeCloseTo(-3.5 / 2, 6);
    expect(await loss({ masked_completions: 'counted' })).toBeCloseTo(-3.5 / 3, 6);
    const constant = { aggregation: 'dr_grpo', max_completion_length: 10 };
    expect(await loss(constant)).toBeCloseTo(-19.5 / 20, 6);
    expect(await loss({ ...constant, masked_completions: 'counted' })).toBeCloseTo(-19.5 / 30, 6);
    // A mean over tokens never counts masked tokens (TRL since #6439).
    expect(await loss({ aggregation: 'dapo', masked_completions: 'counted' })).toBeCloseTo(-19.5 / 9, 6);
  });
});

describe('RAFT and SuperHF: the mean over the tokens of the best completions (arXiv 2304.06767, 2310.16763)', () => {
  // Two groups of three; the best are row 1, and rows 3 and 5 (equal). Log-probability of row b: -(b + 1) per token.
  const lengths = [7, 2, 4, 1, 6, 3];
  const logp = rowsOf(lengths, 7, (b) => -(b + 1));
  const batch = {
    logp,
    oldLogp: logp,
    refLogp: logp,
    mask: masks(lengths, 7),
    rewards: [0, 1, 0.5, 1, 0, 1],
    settings: { num_generations: 3 },
  };
  const best = (2 * 2 + 1 * 4 + 3 * 6) / (2 + 1 + 3);

  test.each(['raft', 'superHf', 'expertIteration'])('%s', async (id) => {
    const { loss, grad } = await evaluate(id, batch);
    expect(loss).toBeCloseTo(best, 6);
    expect(grad[1]!.slice(0, 2).map((g) => g * 6)).toEqual([expect.closeTo(-1, 6), expect.closeTo(-1, 6)]);
    for (const thrownAway of [0, 2, 4]) expect(grad[thrownAway]).toEqual(Array(7).fill(0));
  });

  test('the best can be given as advantages; groups without a best are left out; without any the loss is 0', async () => {
    const { rewards: _, ...bare } = batch;
    expect((await evaluate('raft', { ...bare, advantages: [0, 1, 0, 0, 0, 0] })).loss).toBeCloseTo(2, 6);
    expect((await evaluate('raft', { ...batch, rewards: [1, 1, 1, 0, 0, 2] })).loss).toBeCloseTo(6, 6);
    expect((await evaluate('raft', { ...batch, rewards: [1, 1, 1, 0, 0, 0] })).loss).toBe(0);
  });

  test('SuperHF’s KL penalty acts on the same completions', async () => {
    const refLogp = logp.map((row, b) => row.map((lp, t) => lp + (batch.mask[b]![t] === 1 ? 0.5 : 0)));
    const { loss } = await evaluate('superHf', { ...batch, refLogp, settings: { num_generations: 3, beta: 0.4 } });
    expect(loss - best).toBeCloseTo(0.4 * (Math.exp(0.5) - 1 - 0.5), 6);
  });
});

describe('the KL penalty off-policy (DeepSeek-V3.2, arXiv 2512.02556; TRL use_bias_correction_kl)', () => {
  // Each of three tokens once, from another policy: expectations are sums weighted by the sampler's probability.
  const [policy, sampler, base] = [
    [0.6, 0.3, 0.1],
    [0.05, 0.05, 0.9],
    [0.3, 0.5, 0.2],
  ].map((p) => p.map(Math.log)) as [number[], number[], number[]];
  const exactKl = policy.reduce((sum, lp, v) => sum + Math.exp(lp) * (lp - base[v]!), 0);
  const expected = (id: string, correction: number) =>
    Promise.all(
      policy.map(async (lp, v) => {
        const { loss, grad } = await evaluate('grpo', {
          logp: [[lp]],
          oldLogp: [[sampler[v]!]],
          refLogp: [[base[v]!]],
          advantages: [0],
          settings: { beta: 1, kl_estimator: id, use_bias_correction_kl: correction },
        });
        return { loss: Math.exp(sampler[v]!) * loss, slope: Math.exp(sampler[v]!) * grad[0]![0]! };
      }),
    );
  /** Gradient in the logits from `slopes` in the log-probabilities: d/dz_v = g_v - p_v sum(g). */
  const inLogits = (slopes: readonly number[]) =>
    slopes.map((g, v) => g - Math.exp(policy[v]!) * slopes.reduce((a, b) => a + b, 0));
  const exactGradient = policy.map((lp, v) => Math.exp(lp) * (lp - base[v]! - exactKl));

  test.each(['k1', 'k3'])(
    '%s times the ratio has the mean KL(pi || ref) and its gradient for another sampling policy',
    async (id) => {
      const corrected = await expected(id, 1);
      expect(corrected.reduce((sum, { loss }) => sum + loss, 0)).toBeCloseTo(exactKl, 6);
      inLogits(corrected.map(({ slope }) => slope)).forEach((g, v) => expect(g).toBeCloseTo(exactGradient[v]!, 6));
    },
  );

  test('without the correction k3WithK2Gradient pushes one token in the wrong direction', async () => {
    const plain = inLogits((await expected('k3WithK2Gradient', 0)).map(({ slope }) => slope));
    expect(plain.some((g, v) => Math.sign(g) === -Math.sign(exactGradient[v]!))).toBe(true);
  });

  test('the correction is refused for k2 and for a penalty in the reward', async () => {
    const batch = { logp: [[-1]], oldLogp: [[-1]], refLogp: [[-1]], advantages: [1] };
    for (const settings of [{ kl_estimator: 'k2' }, { kl_placement: 'reward' }]) {
      await expect(
        evaluate('grpo', { ...batch, settings: { ...settings, use_bias_correction_kl: 1 } }),
      ).rejects.toThrow(/^use_bias_correction_kl: /);
    }
  });
});

describe('Clip-Cov draws no token that PPO’s clip has cut (verl clip_cov, SkyRL)', () => {
  test('tokens clipped on either side are not left out, even if their covariance is within the bounds', async () => {
    const settings = { clip_cov_lb: 0.1, clip_cov_ub: 5, clip_cov_ratio: 1 };
    const logp = [[-0.5, -1, -1, -2.5]];
    // Ratios e^0.5, 1, 1, e^-1.5: the first is clipped from above, the last (A < 0) from below.
    const { loss, grad } = await evaluate('clipCov', {
      logp,
      oldLogp: [[-1, -1, -1, -1]],
      refLogp: logp,
      advantages: [[2, 0.5, 0, -1]],
      settings,
    });
    // Covariances (lp + 1.25) (A - 0.375) are 1.22, 0.03, -0.09, 1.72: both tokens within the bounds
    // are clipped, so none is left out.
    expect(loss).toBeCloseTo(-(1.2 * 2 + 0.5 - 0.8) / 4, 6);
    expect(grad[0]![1]).toBeCloseTo(-0.5 / 4, 6);
  });
});
