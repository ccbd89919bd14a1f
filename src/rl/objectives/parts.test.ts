/**
 * @file The critic's loss, the correction for the sampler, and selections of tokens, each against scalar loops written
 * from its source.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import type { ObjectiveInput } from '../oneBatch/objectiveInput.ts';
import { covariances } from './selection.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const [rows, columns] = [4, 5];
const lengths = [5, 3, 4, 2];
const stream = random('parts', 3);
const draw = (scale: number, centre = 0) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => centre + scale * stream.normal()));
const mask = lengths.map((length) => Array.from({ length: columns }, (_, t) => Number(t < length)));
const logp = draw(0.6, -1.5);
const moved = (spread: number) => logp.map((row) => row.map((lp) => lp + spread * stream.normal()));
const batch = { logp, oldLogp: moved(0.2), refLogp: moved(0.3), mask, advantages: [1.2, -0.7, 0.4, -1] };
const tokens = lengths.reduce((a, b) => a + b, 0);
const each = <T>(f: (b: number, t: number) => T): T[] =>
  mask.flatMap((row, b) => row.flatMap((m, t) => (m ? [f(b, t)] : [])));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const evaluate = (name: string, input: ObjectiveInput) => evaluateObjective(runtime, name, input);

/** PPO's clipped loss of one token. */
function surrogate(b: number, t: number, epsilon = 0.2): number {
  const ratio = Math.exp(logp[b]![t]! - batch.oldLogp[b]![t]!);
  const bounded = Math.min(1 + epsilon, Math.max(1 - epsilon, ratio));
  return -Math.min(ratio * batch.advantages[b]!, bounded * batch.advantages[b]!);
}

describe('the critic', () => {
  const values = draw(0.5);
  const oldValues = values.map((row) => row.map((v) => v + 0.3 * stream.normal()));
  const returns = draw(1);

  test('adds vf_coef times the larger of the plain and the clipped squared error', async () => {
    const settings = { vf_coef: 0.4, cliprange_value: 0.15 };
    const { loss, grad } = await evaluate('ppo', { ...batch, values, oldValues, returns, settings });
    const expected = each((b, t) => {
      const [v, old, r] = [values[b]![t]!, oldValues[b]![t]!, returns[b]![t]!];
      const held = Math.min(old + 0.15, Math.max(old - 0.15, v));
      return surrogate(b, t) + 0.4 * 0.5 * Math.max((v - r) ** 2, (held - r) ** 2);
    });
    expect(loss).toBeCloseTo(sum(expected) / tokens, 7);
    // The critic's loss has no gradient in the policy's log-probabilities.
    expect(grad).toEqual((await evaluate('ppo', batch)).grad);
  });

  test('without values there is no critic loss; with rewards the estimator computes its returns', async () => {
    expect((await evaluate('ppo', batch)).loss).toBeCloseTo(sum(each((b, t) => surrogate(b, t))) / tokens, 7);
    const { advantages: _, ...bare } = batch;
    const { loss } = await evaluate('ppo', {
      ...bare,
      values: draw(0),
      rewards: [1, 0, 1, 0],
      settings: { gamma: 1, lam: 1, vf_coef: 1 },
    });
    // Values are 0 and gamma = lambda = 1: the return of every token is the reward, and whitening centres the
    // advantages.
    const rewards = each((b) => [1, 0, 1, 0][b]!);
    const mean = sum(rewards) / tokens;
    const deviation = Math.sqrt(sum(rewards.map((r) => (r - mean) ** 2)) / (tokens - 1) + 1e-8);
    const expected = each((b, t) => {
      const advantage = ([1, 0, 1, 0][b]! - mean) / deviation;
      const ratio = Math.exp(logp[b]![t]! - batch.oldLogp[b]![t]!);
      // V = V_old = 0, so the clip of V does nothing.
      return (
        -Math.min(ratio * advantage, Math.min(1.2, Math.max(0.8, ratio)) * advantage) + 0.5 * [1, 0, 1, 0][b]! ** 2
      );
    });
    expect(loss).toBeCloseTo(sum(expected) / tokens, 6);
  });

  test('bootstrap_truncated: at gamma 1 the value after a cut-off counts like reward (partial-episode bootstrapping, arXiv 1712.00378)', async () => {
    const { advantages: _, ...bare } = batch;
    const of = (rewards: number[], rest: object, bootstrap: number) =>
      evaluate('ppo', {
        ...bare,
        ...rest,
        values: draw(0),
        rewards,
        settings: { gamma: 1, bootstrap_truncated: bootstrap },
      });
    const cut = { truncated: [0, 1, 0, 1], endValues: [9, 0.5, 9, -0.25] };
    const plain = await of([1, 0, 1, 0], cut, 0);
    const bootstrapped = await of([1, 0, 1, 0], cut, 1);
    expect(bootstrapped).toEqual(await of([1, 0.5, 1, -0.25], {}, 0));
    expect(plain).toEqual(await of([1, 0, 1, 0], {}, 0));
    expect(bootstrapped.loss).not.toBeCloseTo(plain.loss, 3);
    await expect(of([1, 0, 1, 0], {}, 1)).rejects.toThrow('endValues: bootstrapping at cut-offs needs');
  });
});

describe('the correction for the sampler', () => {
  const samplerLogp = batch.oldLogp.map((row) => row.map((lp) => lp + 0.8 * stream.normal()));
  const log = (b: number, t: number) => batch.oldLogp[b]![t]! - samplerLogp[b]![t]!;
  const wholes = lengths.map((length, b) => Math.exp(sum(Array.from({ length }, (_, t) => log(b, t)))));
  const cut = (w: number): number => Math.min(w, 1.3);
  const leftOut = (w: number): number => (w <= 1.3 ? w : 0);

  test.each([
    ['token_truncate', (b: number, t: number) => cut(Math.exp(log(b, t)))],
    ['token_mask', (b: number, t: number) => leftOut(Math.exp(log(b, t)))],
    ['sequence_truncate', (b: number) => cut(wholes[b]!)],
    ['sequence_mask', (b: number) => leftOut(wholes[b]!)],
  ] as const)('%s: multiplies the loss of each token, without the KL penalty', async (mode, weight) => {
    const settings = { importance_sampling_mode: mode, importance_sampling_cap: 1.3, beta: 0.3 };
    const { loss } = await evaluate('bnpo', { ...batch, samplerLogp, settings });
    const expected = each((b, t) => {
      const away = batch.refLogp[b]![t]! - logp[b]![t]!;
      return surrogate(b, t) * weight(b, t) + 0.3 * (Math.exp(away) - 1 - away);
    });
    expect(loss).toBeCloseTo(sum(expected) / tokens, 7);
    // Weights on both sides of the cap.
    expect(new Set(each((b, t) => [0, 1.3].includes(weight(b, t)))).size).toBe(2);
  });

  test('needs the sampler’s log-probabilities', async () => {
    await expect(evaluate('grpo', { ...batch, settings: { importance_sampling_cap: 2 } })).rejects.toThrow(
      /^samplerLogp: /,
    );
  });
});

describe('selected tokens', () => {
  const means = () =>
    [sum(each((b, t) => logp[b]![t]!)) / tokens, sum(each((b) => batch.advantages[b]!)) / tokens] as const;
  const covariance = (b: number, t: number): number =>
    (logp[b]![t]! - means()[0]) * (batch.advantages[b]! - means()[1]);

  test('KL-Cov penalises the tokens of highest covariance', async () => {
    const { loss } = await evaluate('klCov', { ...batch, settings: { kl_cov_ratio: 0.25, ppo_kl_coef: 0.7 } });
    const all = each((b, t) => ({ b, t, c: covariance(b, t) })).toSorted((x, y) => y.c - x.c);
    const chosen = new Set(all.slice(0, Math.floor(0.25 * tokens)).map(({ b, t }) => `${b},${t}`));
    expect(chosen.size).toBe(3);
    const expected = each((b, t) => {
      const away = logp[b]![t]! - batch.oldLogp[b]![t]!;
      return -Math.exp(away) * batch.advantages[b]! + (chosen.has(`${b},${t}`) ? 0.7 * Math.abs(away) : 0);
    });
    expect(loss).toBeCloseTo(sum(expected) / tokens, 7);
  });

  test('Clip-Cov leaves out the configured share, all of it between the bounds', async () => {
    const bounds = { clip_cov_lb: 0.05, clip_cov_ub: 10 };
    const { grad } = await evaluate('clipCov', {
      ...batch,
      oldLogp: logp,
      settings: { ...bounds, clip_cov_ratio: 0.2 },
    });
    const silent = each((b, t) => ({ c: covariance(b, t), g: grad[b]![t]! })).filter(({ g }) => g === 0);
    expect(silent).toHaveLength(Math.floor(0.2 * tokens));
    for (const { c } of silent) expect(c).toBeGreaterThan(0.05);
    const none = await evaluate('clipCov', {
      ...batch,
      oldLogp: logp,
      settings: { clip_cov_lb: 1e5, clip_cov_ub: 1e6 },
    });
    expect(each((b, t) => none.grad[b]![t]!).every((g) => g !== 0)).toBe(true);
  });

  test('top_entropy_quantile keeps the tokens of highest entropy, divided by all', async () => {
    const entropy = draw(1, 3);
    const { loss } = await evaluate('bnpo', { ...batch, entropy, settings: { top_entropy_quantile: 0.4 } });
    const sorted = each((b, t) => entropy[b]![t]!).toSorted((x, y) => x - y);
    const place = 0.6 * (sorted.length - 1);
    const threshold =
      sorted[Math.floor(place)]! +
      (sorted[Math.ceil(place)]! - sorted[Math.floor(place)]!) * (place - Math.floor(place));
    expect(loss).toBeCloseTo(sum(each((b, t) => (entropy[b]![t]! >= threshold ? surrogate(b, t) : 0))) / tokens, 7);
    await expect(evaluate('bnpo', { ...batch, settings: { top_entropy_quantile: 0.4 } })).rejects.toThrow(/^entropy: /);
  });

  test('covariances ignore masked tokens', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.float({ min: -5, max: 0, noNaN: true }),
            fc.float({ min: -2, max: 2, noNaN: true }),
            fc.boolean(),
          ),
          { minLength: 1, maxLength: 12 },
        ),
        (cells) => {
          const facts = {
            logProbs: Float32Array.from(cells, ([lp]) => lp),
            advantages: Float32Array.from(cells, ([, a]) => a),
            mask: Float32Array.from(cells, ([, , m]) => Number(m)),
          };
          const found = covariances(facts);
          expect(found.map(({ index }) => index)).toEqual(cells.flatMap(([, , m], i) => (m ? [i] : [])));
          const beyond = { ...facts, logProbs: facts.logProbs.map((lp, i) => (facts.mask[i] ? lp : 1e6)) };
          expect(covariances(beyond)).toEqual(found);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('parts chosen by name', () => {
  test('another KL estimator, in the loss or in the reward', async () => {
    const { advantages: _, ...bare } = batch;
    const k2 = await evaluate('bnpo', { ...batch, settings: { beta: 0.5, kl_estimator: 'k2' } });
    expect(k2.loss).toBeCloseTo(
      sum(each((b, t) => surrogate(b, t) + 0.25 * (logp[b]![t]! - batch.refLogp[b]![t]!) ** 2)) / tokens,
      7,
    );
    const inReward = await evaluate('reinforce', {
      ...bare,
      rewards: [1, 0, 1, 0],
      settings: { beta: 0.5, kl_placement: 'reward', kl_estimator: 'k1', num_generations: 2 },
    });
    const returns = lengths.map(
      (length, b) =>
        [1, 0, 1, 0][b]! - 0.5 * sum(Array.from({ length }, (_, t) => batch.oldLogp[b]![t]! - batch.refLogp[b]![t]!)),
    );
    expect(inReward.loss).toBeCloseTo(-sum(each((b, t) => returns[b]! * logp[b]![t]!)) / rows, 6);
  });

  test('aggregation and scaling by TRL’s names', async () => {
    const { loss } = await evaluate('grpo', {
      ...batch,
      settings: { aggregation: 'dr_grpo', max_completion_length: 9 },
    });
    expect(loss).toBeCloseTo(sum(each((b, t) => surrogate(b, t))) / (rows * 9), 7);
    const { advantages: _, ...bare } = batch;
    const { grad } = await evaluate('bnpo', {
      ...bare,
      oldLogp: logp,
      rewards: [1, 0, 1, 1],
      settings: { scale_rewards: 'none', num_generations: 2 },
    });
    expect([grad[0]![0], grad[2]![0]]).toEqual([expect.closeTo(-0.5 / tokens, 8), 0]);
    await expect(evaluate('grpo', { ...batch, settings: { aggregation: 'sum' } })).rejects.toThrow(
      /^settings\.aggregation: one of /,
    );
    await expect(evaluate('grpo', { ...batch, settings: { beta: 'k3' } })).rejects.toThrow(
      /^settings\.beta: a number is needed/,
    );
  });
});
