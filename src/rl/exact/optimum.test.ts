/** @file Identities of the optimum: J* = beta log Z, and J* - J(pi) = beta KL(pi || pi*). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { klDivergence, optimum, type Outcomes, standing, totalVariation } from './optimum.ts';

const logProbs = (weights: readonly number[]): number[] => {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => Math.log(w / total));
};

const distribution = fc
  .array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map(logProbs);
const rewardTable = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 });
const positiveBeta = fc.double({ min: 0.02, max: 5, noNaN: true });
const problem = fc.record({ refLogProbs: distribution, rewards: rewardTable });

describe('the optimum', () => {
  test('a fair coin, reward ln 3 for heads, beta 1', () => {
    const coin: Outcomes = { refLogProbs: logProbs([1, 1]), rewards: [Math.log(3), 0] };
    const { logProbs: best, logPartition, objective } = optimum(coin, 1);
    expect(Array.from(best, Math.exp)).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0.25, 12)]);
    expect(logPartition).toBeCloseTo(Math.log(2), 12);
    expect(objective).toBeCloseTo(Math.log(2), 12);
    const { gapClosed, totalVariation: distance, entropy } = standing(coin.refLogProbs, coin, 1);
    expect([gapClosed, distance, entropy]).toEqual([
      expect.closeTo(0, 12),
      expect.closeTo(0.25, 12),
      expect.closeTo(Math.log(2), 12),
    ]);
  });

  test('J* = beta log Z, and no other policy has a larger objective', () => {
    fc.assert(
      fc.property(problem, positiveBeta, distribution, (outcomes, beta, policy) => {
        const best = optimum(outcomes, beta);
        expect(best.objective).toBeCloseTo(beta * best.logPartition, 9);
        expect(best.logProbs.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 9);
        expect(standing(best.logProbs, outcomes, beta).objective).toBeCloseTo(best.objective, 8);
        expect(standing(policy, outcomes, beta).objective).toBeLessThanOrEqual(best.objective + 1e-9);
      }),
    );
  });

  test('J* - J(pi) = beta KL(pi || pi*)', () => {
    fc.assert(
      fc.property(problem, positiveBeta, distribution, (outcomes, beta, policy) => {
        const { optimalObjective, objective, klToOptimum } = standing(policy, outcomes, beta);
        expect(optimalObjective - objective).toBeCloseTo(beta * klToOptimum, 8);
      }),
    );
  });

  test('adding a constant to all rewards does not change pi*', () => {
    fc.assert(
      fc.property(problem, positiveBeta, (outcomes, beta) => {
        const moved = { ...outcomes, rewards: outcomes.rewards.map((r) => r + 3) };
        expect(totalVariation(optimum(outcomes, beta).logProbs, optimum(moved, beta).logProbs)).toBeCloseTo(0, 9);
      }),
    );
  });

  test('merging outcomes of equal reward changes neither objective nor masses', () => {
    fc.assert(
      fc.property(problem, positiveBeta, (outcomes, beta) => {
        const rewards = [...outcomes.rewards.slice(0, 4), 0, 0];
        const [fifth = 0, sixth = 0] = outcomes.refLogProbs.slice(4);
        const merged = {
          refLogProbs: [...outcomes.refLogProbs.slice(0, 4), Math.log(Math.exp(fifth) + Math.exp(sixth))],
          rewards: rewards.slice(0, 5),
        };
        const [fine, coarse] = [optimum({ ...outcomes, rewards }, beta), optimum(merged, beta)];
        expect(coarse.objective).toBeCloseTo(fine.objective, 9);
        expect(Math.exp(coarse.logProbs[4] as number)).toBeCloseTo(
          Math.exp(fine.logProbs[4] as number) + Math.exp(fine.logProbs[5] as number),
          9,
        );
      }),
    );
  });

  test('a very small beta neither overflows nor differs from beta 0 on the best outcomes', () => {
    const outcomes = { refLogProbs: logProbs([1, 2, 4, 4]), rewards: [1, 1, 0.5, 0] };
    for (const beta of [0, 1e-6]) {
      const best = optimum(outcomes, beta);
      expect(Array.from(best.logProbs, Math.exp)).toEqual([expect.closeTo(1 / 3, 9), expect.closeTo(2 / 3, 9), 0, 0]);
      expect(best.objective).toBeCloseTo(1, 4);
    }
  });
});

describe('the standing of a policy', () => {
  const outcomes = { refLogProbs: logProbs([1, 1, 2]), rewards: [1, 0, 0] };

  test('at beta 0 the gap is that of the reward, and KL(pi || pi*) is infinite for a policy with other mass', () => {
    const { gapClosed, klToOptimum, klFromOptimum, objective } = standing(logProbs([2, 1, 1]), outcomes, 0);
    expect(objective).toBeCloseTo(0.5, 12);
    expect(gapClosed).toBeCloseTo((0.5 - 0.25) / 0.75, 12);
    expect(klToOptimum).toBe(Infinity);
    expect(klFromOptimum).toBeCloseTo(Math.log(2), 12);
  });

  test('an outcome of reference probability 0 has probability 0', () => {
    const best = optimum({ refLogProbs: [Math.log(0.5), Math.log(0.5), -Infinity], rewards: [0, 0.5, 9] }, 0);
    expect(Array.from(best.logProbs, Math.exp)).toEqual([0, 1, 0]);
  });

  test('total variation lies between 0 and 1, and is 0 for equal distributions', () => {
    fc.assert(
      fc.property(distribution, distribution, (p, q) => {
        expect(totalVariation(p, q)).toBeLessThanOrEqual(1);
        expect(totalVariation(p, p)).toBe(0);
        // Pinsker's inequality.
        expect(totalVariation(p, q)).toBeLessThanOrEqual(Math.sqrt(klDivergence(p, q) / 2) + 1e-9);
      }),
    );
  });

  test('without a gap, `gapClosed` is 1; a bad beta and unequal sizes are refused', () => {
    const flat = { refLogProbs: logProbs([1, 1]), rewards: [0.5, 0.5] };
    expect(standing(flat.refLogProbs, flat, 0.1).gapClosed).toBe(1);
    expect(() => optimum(flat, -1)).toThrow('beta: 0 or more, not -1');
    expect(() => optimum({ ...flat, rewards: [1] }, 1)).toThrow('outcomes: 2 log-probabilities and 1 rewards');
    expect(() => standing([0], flat, 1)).toThrow('outcomes: 1 log-probabilities and 2 rewards');
  });
});
