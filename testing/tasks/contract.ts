/**
 * @file The contract of a task. Every task keeps the first part; the others apply as far as the task declares a
 * capability: held-out problems, methods, a form, a typed prompt, terms for length and steps.
 */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/lib/random.ts';
import { WORKING } from '../../src/tasks/chat/chatTask.ts';
import { alphabet } from '../../src/tasks/index.ts';
import { scoreNow } from '../../src/tasks/rewardTerms.ts';
import { splitOf } from '../../src/tasks/split.ts';
import type { Example, Split, Task } from '../../src/tasks/task.ts';
import { demonstrations, difficulties, examples, methodIds, sample, splits } from './problems.ts';
import { describeVerifier, type Judge } from './verifierContract.ts';

function scoreOf(task: Task, id: string, example: Example, completion: string): number | undefined {
  const found = task.rewardTerms.find((term) => term.id === id);
  return found && scoreNow(found, task.verify(example, completion), completion, example);
}

const hasTerm = (task: Task, id: string): boolean => task.rewardTerms.some((term) => term.id === id);

/** The profitable constant answer: for expressions the target, as all completions differ. */
const constantAnswer = (example: Example): string => /:([0-9]+)=$/.exec(example.prompt)?.[1] ?? example.answer;

/** Largest share of one answer that the task's chance level allows among `count` problems: two standard errors more. */
const largestShare = ({ chance }: Task, count: number): number =>
  chance === undefined ? 0.05 : chance + 2 * Math.sqrt((chance * (1 - chance)) / count);

/** `usual`, or the number that a task with few problems must reach: about a fifth of them. */
const atLeast = ({ problems = Infinity }: Task, usual: number): number => Math.min(usual, Math.ceil(problems / 5));

function describeProblems(task: Task): void {
  test('the same stream gives the same problem, another stream others', () => {
    expect(sample(task, 5)).toEqual(sample(task, 5));
    const prompts = new Set(examples(task, 'train', task.difficulty.default, 50).map(({ prompt }) => prompt));
    expect(prompts.size).toBeGreaterThan(atLeast(task, 40));
  });

  test('problems lie in the requested split, and no canonical problem lies in two', () => {
    const seen = new Map<string, Split>();
    const { problems = Infinity, difficulty } = task;
    const isCounted = problems < Infinity;
    for (const split of splits) {
      for (const { canonical } of examples(task, split, isCounted ? difficulty.default : difficulty.min, 600)) {
        expect(seen.get(canonical) ?? split).toBe(split);
        if (!isCounted) expect(splitOf(task.id, canonical)).toBe(split);
        seen.set(canonical, split);
      }
    }
    expect(seen.size).toBeGreaterThan(Math.min(500, 0.8 * problems));
    expect(seen.size).toBeLessThanOrEqual(problems);
  });

  test('has as many held-out problems as it declares, and no answer is commoner than its chance level', () => {
    const heldout = examples(task, 'heldout', task.difficulty.default, 10000);
    const distinct = new Map(heldout.map((example) => [example.canonical, example]));
    const { problems = Infinity } = task;
    expect(distinct.size).toBeGreaterThanOrEqual(Math.min(1000, Math.max(1, Math.floor(problems / 10))));
    for (const list of [heldout, [...distinct.values()]]) {
      const counts = new Map<string, number>();
      for (const example of list) counts.set(constantAnswer(example), (counts.get(constantAnswer(example)) ?? 0) + 1);
      expect(Math.max(...counts.values()) / list.length).toBeLessThan(largestShare(task, distinct.size));
    }
  });
}

function describeSteps(task: Task): void {
  test('the steps of a right answer are all right or not written', () => {
    const scores = demonstrations(task, false).map(({ example, completion }) =>
      scoreOf(task, 'steps', example, completion),
    );
    for (const score of scores) expect([0, 1]).toContain(score);
    expect(scores).toContain(1);
  });
}

function describeLength(task: Task): void {
  test('the length score falls with length', () => {
    for (const { example, completion } of demonstrations(task, false)) {
      const longer = scoreOf(task, 'length', example, `${completion}0`) ?? NaN;
      expect(longer).toBeLessThan(1);
      expect(scoreOf(task, 'length', example, completion)).toBeGreaterThan(longer - 1e-9);
    }
  });
}

function describeTerms(task: Task): void {
  test('the first reward term weighs 1, and no id occurs twice', () => {
    expect(task.rewardTerms[0]?.defaultWeight).toBe(1);
    expect(new Set(task.rewardTerms.map(({ id }) => id)).size).toBe(task.rewardTerms.length);
  });

  if (hasTerm(task, 'steps')) describeSteps(task);
  if (hasTerm(task, 'length')) describeLength(task);
}

function describeMethods(task: Task): void {
  test('the default mix names methods of the task, its shares sum to 1, and another method is refused', () => {
    const ids = task.methods.map(({ id }) => id);
    const { methods, wrong = {} } = task.defaultMix;
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(methods), ...Object.keys(wrong)]));
    expect(Object.values(methods).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const share of Object.values(wrong)) expect(share >= 0 && share <= 1).toBe(true);
    const [example] = examples(task, 'train', task.difficulty.min, 1) as [Example];
    expect(() => task.demonstration(random('off'), example, 'guess', false)).toThrow(/method: there is no "guess"/);
  });
}

function describeReading(task: Task, read: NonNullable<Task['read']>): void {
  test('reads its own prompts back, and no foreign ones', () => {
    for (const example of sample(task, 20)) {
      const found = read.call(task, example.prompt);
      expect(found).toEqual({ ...example, answer: found?.answer });
      expect(task.verify(found as Example, example.answer).correct).toBe(true);
    }
    for (const foreign of ['', '=', 'x', '1+', '#0+1=', '1,2:3', '99999+1+1=', '16,1,1:1='])
      expect(read.call(task, foreign)).toBeNull();
  });
}

function describeSizes(task: Task): void {
  test('lengths are tight upper bounds, and all characters that a shipped base reads are in the alphabet', () => {
    for (const difficulty of difficulties(task)) {
      const bound = task.lengths(difficulty);
      let longest = 0;
      for (const example of splits.flatMap((split) => examples(task, split, difficulty, 300))) {
        const completions = [false, true].flatMap((wrong) =>
          methodIds(task).map((id) => task.demonstration(random(example.prompt, id ?? ''), example, id ?? '', wrong)),
        );
        expect(example.prompt.length).toBeLessThanOrEqual(bound.prompt);
        for (const completion of completions) expect(completion.length).toBeLessThanOrEqual(bound.completion);
        longest = Math.max(longest, ...completions.map(({ length }) => length));
        if (!task.isInstruction)
          expect(
            [...[example.prompt, example.answer, ...completions].join('')].filter((c) => !alphabet.includes(c)),
          ).toEqual([]);
      }
      expect(bound.completion - longest).toBeLessThanOrEqual(3 + (task.isInstruction ? WORKING : 0));
    }
  });

  test('the unseen difficulty is in range and not the default', () => {
    const { max, default: usual, unseen = usual + 1 } = task.difficulty;
    expect(unseen > usual && (task.difficulty.unseen === undefined || unseen <= max)).toBe(true);
  });

  test('a difficulty out of range is refused by name', () => {
    const { min, max } = task.difficulty;
    for (const difficulty of [min - 1, max + 1, min + 0.5, NaN]) {
      expect(() => task.example(random('off'), 'train', difficulty)).toThrow(/difficulty: /);
      expect(() => task.lengths(difficulty)).toThrow(/difficulty: /);
    }
  });
}

/** Describes every part of the contract that applies to the task. `judge` decides where several answers are right. */
export function describeTask(task: Task, judge?: Judge): void {
  describe(task.id, () => {
    if (!task.outcomes) describeProblems(task);
    describeSizes(task);
    describeTerms(task);
    if (task.methods.length > 0) describeMethods(task);
    if (task.read) describeReading(task, task.read);
    describeVerifier(task, hasTerm(task, 'format') || task.outcomes !== undefined, judge);
  });
}
