/**
 * @file The arrays of a step: places of a completion's tokens, its end token included, and the rows of a mini-batch.
 */
import { expect, test } from 'vitest';
import { overTokens, stepBatch } from './batch.ts';
import { partOf } from '../step/minibatch.ts';
import { grpo } from '../papers/grpo.ts';
import type { Row } from './groups.ts';
import { plainTrajectory } from '../../../testing/trajectories.ts';

const PAD = 0;
const END = 2;
const example = { prompt: 'p', answer: '', canonical: 'p', difficulty: 1 };

/** A prompt and a completion that ends with its end token. */
function rowOf(
  promptIds: readonly number[],
  completionIds: readonly number[],
  reward: number,
  marks: Partial<Row> = {},
): Row {
  const logProbs = completionIds.map((_, t) => -1 - t);
  const facts = { text: '', terminated: true, group: 0 };
  const trajectory = plainTrajectory(example, promptIds, completionIds, logProbs, facts);
  const verdict = { correct: reward > 0, wellFormed: true, method: null, parsed: null };
  return {
    ...trajectory,
    verdict,
    reward,
    terms: {},
    shapedTerms: {},
    used: true,
    expert: false,
    ...marks,
  };
}

const rows = [
  rowOf([5, 6], [7, END], 1),
  rowOf([5], [8, 9, END], 0.5, { expert: true }),
  rowOf([5, 6], [END], 0, { used: false }),
];
const batch = stepBatch({ rows }, PAD, 1, { promptLength: 2, completionLength: 3 });

test('the mask is 1 at completion tokens, the end token included, and 0 elsewhere', () => {
  expect(batch.columns).toBe(4);
  expect([...batch.tokenIds]).toEqual([5, 6, 7, END, PAD, 5, 8, 9, END, PAD, 5, 6, END, PAD, PAD]);
  // Column t describes token t + 1.
  expect([...(batch.arrays.mask ?? [])]).toEqual([0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0]);
  expect([...(batch.arrays.oldLogProbs ?? [])]).toEqual([0, -1, -2, 0, -1, -2, -3, 0, 0, -1, 0, 0]);
  expect([...(batch.arrays.expert ?? [])]).toEqual([0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
  expect(batch.shapes.map(({ length }) => length)).toEqual([2, 3, 0]);
});

test('a mini-batch takes its rows in the given order with weights of its own; an unused row has weight 0', () => {
  const part = partOf(batch, [2, 0], grpo, 3, {});
  expect([...part.tokenIds]).toEqual([5, 6, END, PAD, PAD, 5, 6, 7, END, PAD]);
  expect([...(part.arrays.weights ?? [])]).toEqual([0, 0, 0, 0, 0, 0.5, 0.5, 0]);
});

test('[B] is spread over the tokens of each completion; [B * T] is returned unchanged', () => {
  const mask = Float32Array.of(0, 1, 1, 0);
  expect([...overTokens(Float32Array.of(3, 4), mask, 2)]).toEqual([0, 3, 4, 0]);
  expect([...overTokens(Float32Array.of(1, 2, 3, 4), mask, 2)]).toEqual([1, 2, 3, 4]);
});
