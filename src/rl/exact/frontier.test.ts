/** @file The frontier of reward and divergence: no policy lies above it, and its slope is beta. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frontier, optimum, standing } from './optimum.ts';

const outcomes = { refLogProbs: [0.5, 0.3, 0.15, 0.05].map(Math.log), rewards: [0, 0.2, 0.7, 1] };

test('its points are the optima, by falling divergence, with beta as slope between neighbours', () => {
  const betas = [0.1, 0.101, 0.5, 2];
  const points = frontier(outcomes, betas);
  points.forEach(([kl, reward], i) =>
    expect(reward - (betas[i] as number) * kl).toBeCloseTo(optimum(outcomes, betas[i] as number).objective, 12),
  );
  const [first = [0, 0], second = [0, 0]] = points;
  expect((first[1] - second[1]) / (first[0] - second[0])).toBeCloseTo(0.1005, 4);
  expect(points.map(([kl]) => kl)).toEqual(points.map(([kl]) => kl).toSorted((a, b) => b - a));
});

test('no policy has more reward at its divergence', () => {
  const fine = frontier(
    outcomes,
    Array.from({ length: 400 }, (_, i) => 0.02 * 1.02 ** i),
  );
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), (weights) => {
      const sum = weights.reduce((a, b) => a + b);
      const { kl, expectedReward } = standing(
        weights.map((weight) => Math.log(weight / sum)),
        outcomes,
        0.1,
      );
      const above = fine.filter(([at]) => at >= kl).at(-1);
      return above === undefined || expectedReward <= above[1] + 1e-9;
    }),
  );
});
