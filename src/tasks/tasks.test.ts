/** @file What every task promises, checked for every task in the list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { alphabet, taskById, tasks } from './index.ts';
import { drawFromSplit, splitOf } from './split.ts';
import type { Example, Split, Task } from './task.ts';

const splits: readonly Split[] = ['train', 'validation', 'heldout'];

/** Tasks with many problems, some of them held out; the others list all their outcomes and have one problem. */
const drawn = tasks.filter(({ outcomes }) => !outcomes);

const difficulties = ({ difficulty: { min, max } }: Task): number[] => Array.from({ length: max - min + 1 }, (_, i) => min + i);

function examples(task: Task, split: Split, difficulty: number, count: number): Example[] {
  return Array.from({ length: count }, (_, i) => task.example(random('examples', task.id, split, difficulty, i), split, difficulty));
}

/** Some problems of every difficulty and split. */
function sample(task: Task, count: number): Example[] {
  return difficulties(task).flatMap((difficulty) => splits.flatMap((split) => examples(task, split, difficulty, count)));
}

/** Every demonstration of every problem, right or wrong. */
function demonstrations(task: Task, wrong: boolean): { example: Example; method: string; completion: string }[] {
  return sample(task, 40).flatMap((example, i) =>
    task.methods.map(({ id }) => ({
      example,
      method: id,
      completion: task.demonstration(random('demonstration', i), example, id, wrong),
    })),
  );
}

test('ids are unique, found by name, and an unknown one is answered with the list', () => {
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  for (const task of tasks) expect(taskById(task.id)).toBe(task);
  expect(() => taskById('sudoku')).toThrow(/task: there is no "sudoku"; choose one of sums, chain, countdown, exact-seq/);
});

test('the alphabet has no character twice', () => {
  expect(new Set(alphabet).size).toBe(alphabet.length);
});

test('the three splits divide the hash 70 : 15 : 15, and each task on its own', () => {
  const counts = { train: 0, validation: 0, heldout: 0 };
  let differing = 0;
  for (let i = 0; i < 10000; i++) {
    counts[splitOf('sums', String(i))]++;
    differing += Number(splitOf('sums', String(i)) !== splitOf('chain', String(i)));
  }
  expect(counts.train / 10000).toBeCloseTo(0.7, 1.5);
  expect(counts.validation / 10000).toBeCloseTo(0.15, 1.5);
  expect(counts.heldout / 10000).toBeCloseTo(0.15, 1.5);
  // Independent divisions differ on 1 - 0.7^2 - 2 * 0.15^2 of the problems.
  expect(differing / 10000).toBeCloseTo(0.465, 1.5);
});

test('a split that no draw reaches, and an unknown one, are errors', () => {
  expect(() => drawFromSplit('sums', 'heldout', () => null)).toThrow(/split: sums found no heldout problem/);
  // A split name that no type lets through can still arrive from a file.
  expect(() => drawFromSplit('sums', 'toString' as Split, () => null)).toThrow(/split: there is no "toString"/);
});

describe.each(drawn.map((task) => [task.id, task] as const))('%s has problems that are held out', (_, task) => {
  test('the same stream gives the same problem, another one others', () => {
    expect(sample(task, 5)).toEqual(sample(task, 5));
    const prompts = new Set(examples(task, 'train', task.difficulty.default, 50).map(({ prompt }) => prompt));
    expect(prompts.size).toBeGreaterThan(40);
  });

  test('problems lie in the split asked for, and no canonical problem in two', () => {
    const seen = new Map<string, Split>();
    for (const split of splits) {
      for (const { canonical } of examples(task, split, task.difficulty.min, 600)) {
        expect(splitOf(task.id, canonical)).toBe(split);
        expect(seen.get(canonical) ?? split).toBe(split);
        seen.set(canonical, split);
      }
    }
    expect(seen.size).toBeGreaterThan(500);
  });

  test('has 1000 held-out problems, none of whose answers is common', () => {
    const heldout = examples(task, 'heldout', task.difficulty.default, 10000);
    const distinct = new Map(heldout.map((example) => [example.canonical, example]));
    expect(distinct.size).toBeGreaterThanOrEqual(1000);
    // Where the answer is an expression, the guess that could pay is the target.
    const answer = (example: Example): string => /:([0-9]+)=$/.exec(example.prompt)?.[1] ?? example.answer;
    for (const list of [heldout, [...distinct.values()]]) {
      const counts = new Map<string, number>();
      for (const example of list) counts.set(answer(example), (counts.get(answer(example)) ?? 0) + 1);
      expect(Math.max(...counts.values()) / list.length).toBeLessThan(0.05);
    }
  });
});

describe.each(tasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
  test('every demonstration verifies as its method, and the answer of every problem does', () => {
    for (const { example, method, completion } of demonstrations(task, false)) {
      expect(task.verify(example, completion)).toMatchObject({ correct: true, wellFormed: true, method });
      expect(task.verify(example, example.answer).correct).toBe(true);
    }
  });

  test('every wrong demonstration is well formed and fails', () => {
    for (const { example, method, completion } of demonstrations(task, true)) {
      expect(task.verify(example, completion)).toMatchObject({ correct: false, wellFormed: true, method });
    }
  });

  test('text put before, after or into an answer makes it malformed', () => {
    for (const { example, completion } of demonstrations(task, false).slice(0, 60)) {
      for (const junk of [' ', 'a', '=', '\n', ')', '(', '.', '\u0660', '\u{1d7d9}']) {
        for (const mutated of [junk + completion, completion + junk, completion.slice(0, 1) + junk + completion.slice(1)]) {
          expect(task.verify(example, mutated).wellFormed).toBe(false);
        }
        expect(task.verify(example, completion + junk).correct).toBe(false);
      }
      expect(task.verify(example, '')).toEqual({ correct: false, wellFormed: false, method: null, parsed: null });
    }
  });

  test('lengths are upper bounds, nearly reached, and only characters of the alphabet are used', () => {
    for (const difficulty of difficulties(task)) {
      const bound = task.lengths(difficulty);
      let longest = 0;
      for (const example of splits.flatMap((split) => examples(task, split, difficulty, 300))) {
        const completions = [false, true].flatMap((wrong) =>
          task.methods.map(({ id }) => task.demonstration(random(example.prompt, id), example, id, wrong)),
        );
        expect(example.prompt.length).toBeLessThanOrEqual(bound.prompt);
        for (const completion of completions) expect(completion.length).toBeLessThanOrEqual(bound.completion);
        longest = Math.max(longest, ...completions.map(({ length }) => length));
        expect([example.prompt, example.answer, ...completions].join('')).toMatch(/^[0-9a-z+\-*/=()[\]<>,;:.?!#|&^_@~ ]+$/);
        expect([...completions.join('')].every((character) => alphabet.includes(character))).toBe(true);
      }
      expect(bound.completion - longest).toBeLessThanOrEqual(3);
    }
  });

  test('10 000 random completions are judged without an error, and consistently', () => {
    const [example] = examples(task, 'heldout', task.difficulty.default, 1) as [Example];
    const character = fc.constantFrom(...'0123456789+-*/()[],=');
    const anything = fc.oneof(fc.string({ unit: character, maxLength: 24 }), fc.string({ unit: 'binary', maxLength: 24 }));
    fc.assert(
      fc.property(anything, (completion) => {
        const verdict = task.verify(example, completion);
        if (verdict.correct) expect(verdict.parsed).not.toBeNull();
        if (verdict.wellFormed) expect(verdict.method).not.toBeNull();
        for (const term of task.rewardTerms) {
          const score = term.score(verdict, completion, example);
          expect(score >= 0 && score <= 1).toBe(true);
        }
      }),
      { numRuns: 10000, seed: 1 },
    );
  });

  test('a million characters are judged in linear time', () => {
    const [example] = examples(task, 'train', task.difficulty.default, 1) as [Example];
    for (const unit of ['(', '[', ']', '1', '1+', '0', '1,', '[1]', '1/2-', '(1)', '((1)+', '-', '9*']) {
      const completion = unit.repeat(Math.floor(1e6 / unit.length));
      const bracketed = `[${completion}`;
      const start = performance.now();
      expect(task.verify(example, completion).correct).toBe(false);
      expect(task.verify(example, bracketed).correct).toBe(false);
      // A quadratic reading of a million characters takes minutes; a linear one takes milliseconds.
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });

  test('what is off the dial, or no method, is refused by name', () => {
    const { min, max } = task.difficulty;
    for (const difficulty of [min - 1, max + 1, min + 0.5, NaN]) {
      expect(() => task.example(random('off'), 'train', difficulty)).toThrow(/difficulty: /);
      expect(() => task.lengths(difficulty)).toThrow(/difficulty: /);
    }
    const [example] = examples(task, 'train', min, 1) as [Example];
    expect(() => task.demonstration(random('off'), example, 'guess', false)).toThrow(/method: there is no "guess"/);
  });

  test('the default mix names methods of the task and its shares sum to 1', () => {
    const ids = task.methods.map(({ id }) => id);
    const { methods, wrong = {} } = task.defaultMix;
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(methods), ...Object.keys(wrong)]));
    expect(Object.values(methods).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const share of Object.values(wrong)) expect(share >= 0 && share <= 1).toBe(true);
    expect(task.rewardTerms[0]?.defaultWeight).toBe(1);
    if (!task.outcomes) expect(task.rewardTerms[0]?.id).toBe('answer');
  });
});

test.each(tasks.map((task) => [task.id, task] as const))('%s reads its own prompts back, and no one else\u2019s', (_id, task) => {
  for (const example of sample(task, 20)) {
    const read = task.read(example.prompt);
    expect(read).toEqual({ ...example, answer: read?.answer });
    expect(task.verify(read as Example, example.answer).correct).toBe(true);
    for (const other of tasks) if (other !== task) expect(other.read(example.prompt)).toBeNull();
  }
  for (const foreign of ['', '=', 'x', '1+', '#0+1=', '1,2:3', '99999+1+1=', '16,1,1:1=']) expect(task.read(foreign)).toBeNull();
});
