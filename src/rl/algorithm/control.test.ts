/** @file Schedules, controllers and reward shaping, in plain numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalGroups } from '../words/groupIds.ts';
import { processAdvantages } from '../advantages/process.ts';
import {
  betaAt,
  controllersAfter,
  entropyCoefficientAt,
  nextBeta,
  nextEntropyCoefficient,
  scheduled,
} from './control.ts';
import { muAt } from '../papers/chord.ts';
import { overlongPenalty, shapedRewards } from '../rewards/shaping.ts';

const kl = { klControl: 'adaptive', beta: 0.1, maxSteps: 10, klTarget: 0.05, klHorizon: 10 };

describe('schedules', () => {
  test('fall from 1 to 0; the constant one stays at 1', () => {
    expect([0, 5, 10, 99].map((step) => scheduled('linear', step, 10))).toEqual([1, 0.5, 0, 0]);
    expect([0, 5, 10].map((step) => scheduled('cosine', step, 10))).toEqual([
      1,
      expect.closeTo(0.5, 12),
      expect.closeTo(0, 12),
    ]);
    expect(scheduled('constant', 7, 10)).toBe(1);
    expect(betaAt({ ...kl, klControl: 'linear' }, {}, 5)).toBe(0.05);
  });

  test('mu rises to its peak and falls to its valley', () => {
    const at = (step: number) => muAt(step, { peak: 0.9, valley: 0.1, warmup: 4, decay: 8 });
    expect([0, 2, 4, 8, 12, 50].map(at)).toEqual([0, 0.45, 0.9, expect.closeTo(0.5, 12), 0.1, 0.1]);
    expect(muAt(3, { peak: 0.9, valley: 0.1, warmup: 0, decay: 0 })).toBe(0.9);
  });
});

describe('controllers', () => {
  test('beta rises for KL above the target and falls below it, by at most a fifth over the horizon', () => {
    expect(nextBeta(0.1, 0.05, kl)).toBe(0.1);
    expect(nextBeta(0.1, 5, kl)).toBeCloseTo(0.1 * 1.02, 12);
    expect(nextBeta(0.1, 0, kl)).toBeCloseTo(0.1 * 0.98, 12);
    expect(nextBeta(0.1, 0.055, kl)).toBeCloseTo(0.1 * 1.01, 12);
  });

  test('a KL that falls as beta rises converges to its target', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (start) => {
        let beta = start;
        for (let step = 0; step < 2000; step++) beta = nextBeta(beta, 0.01 / beta, kl);
        expect(0.01 / beta).toBeCloseTo(0.05, 3);
      }),
    );
  });

  test('the entropy coefficient moves in steps, is never negative, and rests above the target', () => {
    expect(nextEntropyCoefficient(0, 1, 0.5)).toBe(0);
    expect(nextEntropyCoefficient(0.01, 0.2, 0.5)).toBeCloseTo(0.015, 12);
    const config = { entropyCoef: 0, entropyTarget: 0.5 };
    expect(entropyCoefficientAt(config, { entropy: 0.6, entropy_coef: 0.02 })).toBe(0);
    expect(entropyCoefficientAt(config, { entropy: 0.4, entropy_coef: 0.02 })).toBe(0.02);
    expect(entropyCoefficientAt({ entropyCoef: 0.3, entropyTarget: 0 }, { entropy_coef: 0.02 })).toBe(0.3);
  });

  test('a step without a measurement leaves them unchanged', () => {
    const memory = { beta: 0.2, baseline_mean: 0.5 };
    expect(controllersAfter({ ...kl, entropyCoef: 0, entropyTarget: 0.5 }, {}, memory)).toEqual(memory);
    expect(controllersAfter({ ...kl, entropyCoef: 0, entropyTarget: 0 }, { kl_exact: 9, entropy: 1 }, memory)).toEqual({
      ...memory,
      beta: expect.closeTo(0.204, 9),
    });
  });
});

describe('shaping', () => {
  test('the overlong penalty is that of DAPO’s equation 13', () => {
    expect([6, 7, 8, 9, 10].map((length) => overlongPenalty(length, 10, 4))).toEqual([0, -0.25, -0.5, -0.75, -1]);
    expect(overlongPenalty(10, 10, 0)).toBe(0);
  });

  test('a missing reward stays missing', () => {
    const shaped = shapedRewards(Float32Array.of(1, NaN), [10, 3], 10, { reward_baseline: 0.5, overlong_buffer: 4 });
    expect(Array.from(shaped)).toEqual([-0.5, NaN]);
  });
});

describe('process supervision', () => {
  test('a token’s advantage is the sum of the normalised rewards of the steps that end at or after it', () => {
    // Two completions of two steps and one: rewards 1, 0 and 1.
    const advantages = processAdvantages(
      [
        [
          { end: 2, reward: 1 },
          { end: 3, reward: 0 },
        ],
        [{ end: 1, reward: 1 }],
      ],
      equalGroups(2, 2),
      Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0),
      4,
    );
    const [mean, std] = [2 / 3, Math.sqrt(1 / 3)];
    const norm = (r: number) => (r - mean) / (std + 1e-4);
    const expected = [0, norm(1) + norm(0), norm(1) + norm(0), norm(0), norm(1), 0, 0, 0];
    expected.forEach((x, i) => expect(advantages[i]).toBeCloseTo(x, 5));
  });

  test('groups are independent; without steps the advantages are 0', () => {
    const one = processAdvantages(
      [[{ end: 1, reward: 1 }], [{ end: 1, reward: 0 }], [], []],
      equalGroups(4, 2),
      new Float32Array(4).fill(1),
      1,
    );
    expect(Array.from(one)).toEqual([expect.closeTo(0.707, 2), expect.closeTo(-0.707, 2), 0, 0]);
  });
});
