import { expect, it, vi } from 'vitest';
import type { Row } from '../../ui/charts/series.ts';
import { targetReached } from './target.ts';

vi.mock('react', () => ({}));

const history = (accuracies: readonly number[]): Row[] =>
  accuracies.map((accuracy, index) => ({ step: index + 1, values: { accuracy, step_time: 0.5 }, ranges: {} }));

it('is the first step whose mean over five reaches 80 %, with the training time until then', () => {
  expect(targetReached(history([0, 0, 1, 1, 1, 1, 0.5, 1]))).toEqual({ share: 0.8, step: 6, seconds: 3 });
});

it('is null before that, and without measured accuracy', () => {
  expect(targetReached(history([1, 1, 1, 1]))).toBeNull();
  expect(targetReached(history([0.7, 0.8, 0.7, 0.8, 0.7, 0.8]))).toBeNull();
  expect(targetReached([{ step: 1, values: { reward: 1 }, ranges: {} }])).toBeNull();
});

it('ignores an evaluation row without a step', () => {
  expect(
    targetReached([{ step: 0, values: { 'eval/sampled': 0.4 }, ranges: {} }, ...history([1, 1, 1, 1, 1])]),
  ).toMatchObject({ step: 5, seconds: 2.5 });
});
