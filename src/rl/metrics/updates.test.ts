/** @file Metrics of an update against numbers by hand; innerLoop.test.ts has plain loops over whole steps. */
import { expect, test } from 'vitest';
import type { StepFacts } from './facts.ts';
import { measured } from './metric.ts';
import { optimizer } from './optimizer.ts';
import { clippingOf, type UpdateFacts, updateFacts } from './updateFacts.ts';
import { updates as updatesMetrics } from './updates.ts';
import { algorithmById } from '../papers/index.ts';

const array = (...values: number[]) => Float32Array.from(values);
const logs = (...ratios: number[]) => Float32Array.from(ratios, Math.log);
/**
 * Two completions of two tokens, a masked place before each; the third was written by an expert. Ratios 0.5, 1 | 2, 0.5
 * | 9, 9.
 */
const part = {
  rows: 3,
  arrays: {
    mask: array(0, 1, 1, 0, 1, 1, 0, 1, 1),
    expert: array(0, 0, 0, 0, 0, 0, 0, 1, 1),
    oldLogProbs: new Float32Array(9),
    advantages: array(0, -1, -1, 0, 1, 1, 0, 1, 1),
  },
};
const clipped = (id: string, settings: Record<string, number>) => clippingOf(algorithmById(id), settings);
const updateMetrics = (updates: readonly UpdateFacts[]) => {
  const { learning_rate: _, ...ofOptimizer } = optimizer;
  return measured({ ...updatesMetrics, ...ofOptimizer }, { updates } as unknown as StepFacts);
};
const policy = { logProbs: logs(7, 0.5, 1, 7, 2, 0.5, 7, 9, 9) };

test('the clip is active at r < 1 - epsilon with A < 0 and at r > 1 + epsilon with A > 0 (TRL’s clip_ratio); an expert’s tokens are not counted', () => {
  expect(updateFacts(policy, part, clipped('grpo', { epsilon: 0.2 }))).toEqual({
    tokens: 4,
    cut: { low: 1, high: 1 },
    drift: expect.closeTo(Math.log(2), 6),
    leastRatio: expect.closeTo(0.5, 6),
    mostRatio: expect.closeTo(2, 6),
  });
});

test('a completion’s ratio is the geometric mean of its tokens’ (GSPO, arXiv 2507.18071, eq. 7)', () => {
  // sqrt(0.5) for the first, 1 for the second.
  expect(updateFacts(policy, part, clipped('gspo', { epsilon: 0.2, epsilon_high: 0.2 }))).toMatchObject({
    cut: { low: 2, high: 0 },
    leastRatio: expect.closeTo(Math.SQRT1_2, 6),
    mostRatio: expect.closeTo(1, 6),
  });
});

test('updates are weighed by their tokens; extremes are over the updates’ own shares', () => {
  const rest = { drift: 0, leastRatio: 1, mostRatio: 1 };
  const updates: UpdateFacts[] = [
    { ...rest, gradNorm: 3, tokens: 10, cut: { low: 1, high: 4, delta: 2 }, drift: 2, chosen: { tokens: 1, of: 10 } },
    { ...rest, gradNorm: 0, tokens: 30, cut: { low: 9, high: 0, delta: 0 }, drift: -1, chosen: { tokens: 5, of: 30 } },
  ];
  expect(updateMetrics(updates)).toEqual({
    'clip_ratio/delta_mean': 0.05,
    'clip_ratio/low_mean': 0.25,
    'clip_ratio/low_min': 0.1,
    'clip_ratio/high_mean': 0.1,
    'clip_ratio/high_max': 0.4,
    'clip_ratio/region_mean': 0.35,
    approx_kl: 0.025,
    'policy_ratio/min': 1,
    'policy_ratio/max': 1,
    frac_tokens_selected: 0.15,
    num_updates: 2,
    num_updates_zero_grad: 1,
    grad_norm: 0,
  });
  expect(updateMetrics([])).toEqual({ num_updates: 0, grad_norm: 0 });
});

test('the cap and the second clip count where A < 0, the floor where A > 0 (arXiv 2505.07291, 1912.09729)', () => {
  // The first completion has A < 0: its ratios 3 and 1.5; the second A > 0: 2 and 0.5.
  const moved = { logProbs: logs(7, 3, 1.5, 7, 2, 0.5, 7, 9, 9) };
  expect(
    updateFacts(moved, part, clipped('intellect2', { epsilon: 0.2, epsilon_high: 0.2, delta: 2, delta_low: 0.6 })).cut,
  ).toEqual({ low: 0, high: 1, delta: 1, delta_low: 1 });
  expect(
    updateFacts(moved, part, clipped('dualClip', { epsilon: 0.2, epsilon_high: 0.2, clip_ratio_c: 1.2 })).cut,
  ).toEqual({ low: 0, high: 1, dual: 2 });
});

test('only an algorithm that clips a ratio by a range has regions', () => {
  expect(updateFacts(policy, part, clipped('sft', { epsilon: 0.25 })).cut).toEqual({});
});
