/** @file The interval of an evaluation near accuracy 1, and for the only problem of a listed task. */
import { expect, test } from 'vitest';
import { present } from '../../lib/assert.ts';
import { binomialInterval } from '../../lib/intervals.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { taskById } from '../../tasks/index.ts';
import type { Task } from '../../tasks/task.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import { evaluate } from './evaluate.ts';
import type { Learner } from '../learner/learner.ts';

const tokenizer = characterTokenizer();
const completionLength = 24;

/** A learner that answers row r correctly, with the task's demonstration, if `isRight(r)`. */
function answering(task: Task, isRight: (row: number) => boolean): Learner {
  const sample: Learner['sample'] = async ({ prompts }) => {
    const tokenIds = new Int32Array(prompts.length * completionLength);
    const lengths = Int32Array.from(prompts, (ids, row) => {
      const example = present(task.read?.(tokenizer.decode([...ids])), 'a problem of the task');
      const ids_ = [...tokenizer.encode(isRight(row) ? example.answer : '0'), tokenizer.eosId];
      tokenIds.set(ids_, row * completionLength);
      return ids_.length;
    });
    return { tokenIds, lengths, logProbs: new Float32Array(tokenIds.length) };
  };
  return { sample } as unknown as Learner;
}

const evaluated = (
  id: string,
  samplesPerProblem: number,
  isRight: (row: number) => boolean,
  problems = 64,
  levels?: readonly number[],
) => {
  const task = taskById(id);
  const options = {
    split: 'heldout' as const,
    levels: levels ?? [task.difficulty.default],
    problems,
    samplesPerProblem,
    promptLength: 24,
    completionLength,
    rewardWeights: null,
    beta: 0,
    key: [1],
    slot: 'base',
    step: 3,
  };
  return evaluate({ learner: answering(task, isRight), tokenizer, task, sandbox: noSandbox }, options);
};

test('by difficulty: the share of right completions, and of problems with a right one', async () => {
  // Of four completions each of eight problems: all of the first four are right, then one of the fifth.
  const { levels } = await evaluated('sums', 4, (row) => row < 17, 8, [3, 4]);
  expect(levels?.['3']).toMatchObject({ problems: 4, sampled: 1, solved: 1 });
  expect(levels?.['4']).toMatchObject({ problems: 4, sampled: 1 / 16, solved: 1 / 4 });
});

test('all of 64 problems right: the interval begins at 94.4 % (Clopper-Pearson)', async () => {
  const { sampled, interval } = await evaluated('sums', 1, () => true);
  expect(sampled).toBe(1);
  expect(interval).toEqual([expect.closeTo(0.9439909, 6), 1]);
});

test('four completions per problem are worth more than 64 trials, and less than 256 if problems differ', async () => {
  const {
    sampled,
    interval: [low, high],
  } = await evaluated('sums', 4, (row) => row >= 24 || row % 2 === 0);
  expect(sampled).toBeCloseTo(1 - 12 / 256, 12);
  const [widest, narrowest] = [binomialInterval(sampled * 64, 64), binomialInterval(244, 256)];
  expect(high - low).toBeLessThan(widest[1] - widest[0]);
  expect(high - low).toBeGreaterThan(narrowest[1] - narrowest[0]);
});

test('for the only problem of a listed task, the interval is binomial over its completions', async () => {
  const { sampled, interval } = await evaluated('exact-seq', 4, (row) => row % 4 === 0, 16);
  expect(sampled).toBe(0.25);
  expect(interval).toEqual(binomialInterval(16, 64));
});
