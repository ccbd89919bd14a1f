/** @file What an update tells of its tokens, by hand; the plain loops over whole steps are in innerLoop.test.ts. */
import { expect, test } from 'vitest';
import { clipRange, type UpdateFacts, updateFacts, updateMetrics } from './updateMetrics.ts';
import { algorithmById } from './papers/index.ts';

const array = (...values: number[]) => Float32Array.from(values);
const logs = (...ratios: number[]) => Float32Array.from(ratios, Math.log);
/** Two completions of two tokens, a masked place before each; the third was written by an expert. Ratios 0.5, 1 | 2, 0.5 | 9, 9. */
const part = { rows: 3, arrays: { mask: array(0, 1, 1, 0, 1, 1, 0, 1, 1), expert: array(0, 0, 0, 0, 0, 0, 0, 1, 1), oldLogProbs: new Float32Array(9), advantages: array(0, -1, -1, 0, 1, 1, 0, 1, 1) } };
const policy = { logProbs: logs(7, 0.5, 1, 7, 2, 0.5, 7, 9, 9) };

test('the clip is active at r < 1 - epsilon with A < 0 and at r > 1 + epsilon with A > 0 (TRL’s clip_ratio); an expert’s tokens are none of the policy’s', () => {
  expect(updateFacts(policy, part, { of: 'tokens', low: 0.8, high: 1.2 })).toEqual({
    tokens: 4, low: 1, high: 1, drift: expect.closeTo(Math.log(2), 6), leastRatio: expect.closeTo(0.5, 6), mostRatio: expect.closeTo(2, 6),
  });
});

test('a completion has one ratio, the geometric mean of its tokens’ (GSPO, arXiv 2507.18071, eq. 7)', () => {
  // sqrt(0.5) for the first, 1 for the second.
  expect(updateFacts(policy, part, { of: 'completions', low: 0.8, high: 1.2 })).toMatchObject({ low: 2, high: 0, leastRatio: expect.closeTo(Math.SQRT1_2, 6), mostRatio: expect.closeTo(1, 6) });
});

test('updates are weighed by their tokens; extremes are those of the updates’ own shares', () => {
  const rest = { drift: 0, leastRatio: 1, mostRatio: 1 };
  const updates: UpdateFacts[] = [
    { ...rest, gradNorm: 3, tokens: 10, low: 1, high: 4, drift: 2, chosen: { tokens: 1, of: 10 } },
    { ...rest, gradNorm: 0, tokens: 30, low: 9, high: 0, drift: -1, chosen: { tokens: 5, of: 30 } },
  ];
  expect(updateMetrics(updates, { of: 'tokens', low: 0.8, high: 1.2 })).toEqual({
    'clip_ratio/low_mean': 0.25, 'clip_ratio/low_min': 0.1, 'clip_ratio/high_mean': 0.1, 'clip_ratio/high_max': 0.4, 'clip_ratio/region_mean': 0.35,
    approx_kl: 0.025, 'policy_ratio/min': 1, 'policy_ratio/max': 1, frac_tokens_selected: 0.15, num_updates: 2, num_updates_zero_grad: 1, grad_norm: 0,
  });
  expect(updateMetrics([], null)).toEqual({ num_updates: 0, grad_norm: 0 });
});

test('only an algorithm that clips a ratio of its own has a range, epsilon on both sides where it has one only', () => {
  expect(clipRange(algorithmById('grpo'), { epsilon: 0.25 })).toEqual({ of: 'tokens', low: 0.75, high: 1.25 });
  expect(clipRange(algorithmById('dapo'), { epsilon: 0.25, epsilon_high: 0.5 })).toEqual({ of: 'tokens', low: 0.75, high: 1.5 });
  expect(clipRange(algorithmById('sft'), { epsilon: 0.25 })).toBeNull();
});
