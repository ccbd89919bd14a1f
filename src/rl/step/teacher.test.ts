/** @file A teacher's log-ratios on the policy's tokens: alignment under the longer prompt, and refusals. */
import { expect, test } from 'vitest';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { TokenBatch } from '../trajectory/tokens.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import { teacherGains } from './teacher.ts';

const codes = (text: string) => [...text].map((character) => character.charCodeAt(0));
const tokenizer = { padId: 0, encode: codes, encodePrompt: codes };
const control = { id: 'think', label: '', token: '!', method: 'think' };

/** A completion of `?=` whose tokens the policy wrote with these log-probabilities. */
function trajectory(text: string, own: readonly number[]): Trajectory {
  const ids = codes(`?=${text}`);
  return {
    example: { prompt: '?=', answer: '', canonical: '?', difficulty: 1 },
    ids,
    written: Uint8Array.from(ids, (_, i) => Number(i >= 2)),
    logProbs: Float32Array.from([0, 0, ...own]),
    turns: [{ start: 2, end: ids.length }],
    text,
    terminated: true,
    group: 0,
  };
}

/** Its log-probability of a token is minus the token's place in the row; it reads the control token first. */
const learner = {
  read: async ({ rows, tokenIds }: TokenBatch) => {
    for (let row = 0; row < rows; row++) expect([...tokenIds.subarray(row * 6, row * 6 + 3)]).toEqual(codes('!?='));
    const logProbs = Float32Array.from({ length: rows * 5 }, (_, i) => -((i % 5) + 1));
    return { logProbs, entropy: logProbs };
  },
};
const surroundings = {
  learner,
  tokenizer,
  promptLength: 2,
  completionLength: 4,
  config: { temperature: 1 },
  task: { id: 'formats', controls: [control] },
};

test('each token has the teacher’s log-probability less the policy’s, at its place in the policy’s row', async () => {
  const gains = await teacherGains(surroundings, [trajectory('ab', [-1, -2]), trajectory('abcd', [-1, -1, -1, -1])]);
  // The teacher sees the tokens at places 3, 4 and 5; the fourth of the second row would be at 6 and has no room.
  expect([...gains]).toEqual([0, -2, -2, 0, 0, 0, -2, -3, -4, 0]);
});

test('a task without a control token is refused, by a run as it opens', async () => {
  await expect(tinyTrainer().open({ ...tinyConfig, algorithm: 'sdft' }, onNode)).rejects.toThrow(
    'the task sums has no',
  );
  await expect(teacherGains({ ...surroundings, task: { id: 'sums' } }, [])).rejects.toThrow(
    'advantage: the task sums has no control token',
  );
});
