/** @file Selection of tokens by entropy, and the entropy bonus. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import { algorithms } from '../papers/index.ts';
import { topEntropyMask } from './entropy.ts';

describe('the top-entropy mask', () => {
  const entropies = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2);
  const mask = Float32Array.of(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0);

  test("TRL's case: of two rows with their last two tokens masked, only .9 and 1.0 stay", () => {
    expect(Array.from(topEntropyMask(entropies, mask, 1 - 0.8))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
  });

  test('keeps all tokens at 1, the highest at 0, and refuses a share outside 0 .. 1', () => {
    expect(topEntropyMask(entropies, mask, 1)).toEqual(mask);
    expect(Array.from(topEntropyMask(entropies, mask, 0))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(Array.from(topEntropyMask(entropies, new Float32Array(12), 0.5))).toEqual(Array(12).fill(0));
    expect(() => topEntropyMask(entropies, mask, 1.5)).toThrow(/top_entropy_quantile/);
    expect(() => topEntropyMask(entropies, mask.subarray(1), 0.5)).toThrow(/mask/);
  });

  test('keeps no token with less entropy than a dropped one, and no masked token', () => {
    const tokens = fc.array(fc.tuple(fc.float({ min: 0, max: 4, noNaN: true }), fc.boolean()), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(tokens, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, rho) => {
        const [entropy, inside] = [
          Float32Array.from(pairs, ([h]) => h),
          Float32Array.from(pairs, ([, m]) => (m ? 1 : 0)),
        ];
        const kept = topEntropyMask(entropy, inside, rho);
        const of = (wanted: number) => Array.from(entropy).filter((_, i) => inside[i] === 1 && kept[i] === wanted);
        expect(kept.every((k, i) => k <= inside[i]!)).toBe(true);
        expect(Math.min(...of(1))).toBeGreaterThanOrEqual(Math.max(...of(0)));
      }),
    );
  });
});

describe('the entropy bonus: loss - entropy_coef x mean token entropy, for any aggregation (TRL #6140)', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createNodeRuntime();
  });
  afterAll(() => runtime.dispose());

  const batch = {
    logp: [
      [-1, -2, -3, -1],
      [-0.5, -1, 0, 0],
    ],
    oldLogp: [
      [-1, -2, -3, -1],
      [-0.5, -1, 0, 0],
    ],
    refLogp: [
      [-1, -2, -3, -1],
      [-0.5, -1, 0, 0],
    ],
    mask: [
      [1, 1, 1, 1],
      [1, 1, 0, 0],
    ],
    entropy: [
      [0.5, 1, 2, 1.5],
      [0.25, 0.75, 100, 100],
    ],
    advantages: [1, -1],
    rewards: [1, 0],
    expert: [0, 1],
    values: [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  };
  const even = Array.from({ length: 2 }, () => Array.from({ length: 4 }, () => [Math.log(0.5), Math.log(0.5)]));
  const distributions = { logDistribution: even, refLogDistribution: even };
  const mean = (0.5 + 1 + 2 + 1.5 + 0.25 + 0.75) / 6;

  test.each(algorithms.map(({ id }) => id))('%s', async (id) => {
    const given = id === 'gkd' ? { ...batch, ...distributions } : batch;
    const { metrics, loss } = await evaluateObjective(runtime, id, {
      ...given,
      settings: { entropy_coef: 0.1, max_completion_length: 16 },
    });
    const plain = await evaluateObjective(runtime, id, { ...given, settings: { max_completion_length: 16 } });
    expect(plain.loss - loss).toBeCloseTo(0.1 * mean, 6);
    // Objectives with an expert's tokens report metrics of the policy's own tokens only, as in training.
    expect(metrics).toMatchObject({ loss, entropy: ['chord', 'mix', 'luffy'].includes(id) ? 1.25 : mean });
    expect((metrics.policy_loss! - metrics.loss!) / mean).toBeCloseTo(0.1, 7);
    expect(metrics.policy_loss).toBeCloseTo(plain.loss, 6);
  });

  test('with top_entropy_quantile the bonus sums over the kept tokens and divides by all (TRL dapo)', async () => {
    // The highest third of the six entropies: 2 and 1.5.
    const { metrics } = await evaluateObjective(runtime, 'dapo', {
      ...batch,
      settings: { entropy_coef: 0.1, top_entropy_quantile: 0.34 },
    });
    expect(metrics.policy_loss! - metrics.loss!).toBeCloseTo((0.1 * 3.5) / 6, 7);
  });
});
