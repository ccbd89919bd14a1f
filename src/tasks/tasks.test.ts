/** @file The list of tasks, the division of problems, and the contract of each listed task and of two planted ones. */
import { describe, expect, test } from 'vitest';
import { list, parity } from '../../testing/tasks/planted.ts';
import { describeTask } from '../../testing/tasks/contract.ts';
import { sample } from '../../testing/tasks/problems.ts';
import type { Judge } from '../../testing/tasks/verifierContract.ts';
import { alphabet, taskById, tasks } from './index.ts';
import { drawFromSplit, splitOf } from './split.ts';
import type { Split } from './task.ts';
import { calculator } from '../../testing/calculator.ts';

/** Judges that share no code with the verifiers. */
const judges: Readonly<Record<string, Judge>> = {
  countdown: (prompt, completion) => hitsTarget(prompt, completion),
  'countdown-distance': (prompt, completion) => completion.includes('|') && hitsTarget(prompt.slice(1), completion),
  gridlake: reachesGoal,
};
/** The expression uses the given numbers and equals the target, by shunting-yard in floating point. */
function hitsTarget(prompt: string, completion: string): boolean {
  const [given = '', target] = prompt.slice(0, -1).split(':');
  const strength: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '|': 3 };
  const values: number[] = [];
  const waiting: string[] = [];
  const reduce = () => {
    const [right = NaN, left = NaN, operator] = [values.pop(), values.pop(), waiting.pop()];
    values.push(
      { '+': left + right, '-': left - right, '*': left * right, '/': left / right, '|': Math.abs(left - right) }[
        operator ?? ''
      ] ?? NaN,
    );
  };
  for (const token of completion.match(/[0-9]+|[^0-9]/g) ?? []) {
    if (token === '(') waiting.push(token);
    else if (token === ')') {
      while (waiting.at(-1) !== '(') reduce();
      waiting.pop();
    } else if (strength[token]) {
      while ((strength[waiting.at(-1) ?? ''] ?? 0) >= strength[token]) reduce();
      waiting.push(token);
    } else values.push(Number(token));
  }
  while (waiting.length > 0) reduce();
  const used = completion.match(/[0-9]+/g) ?? [];
  return (
    Math.abs((values[0] ?? NaN) - Number(target)) < 1e-9 &&
    used.toSorted().join() === given.split(',').toSorted().join()
  );
}

/** Walks on the text of the map itself; the row below is one row and a slash further on. */
function reachesGoal(prompt: string, completion: string): boolean {
  const map = prompt.slice(5, -1);
  const width = map.indexOf('/') + 1;
  let place = map.indexOf('s');
  for (const [index, move] of [...completion].entries()) {
    const next = place + ({ u: -width, d: width, l: -1, r: 1 }[move] ?? NaN);
    const cell = map.charAt(next);
    if (next >= 0 && cell !== '' && cell !== '/') place = next;
    if (map.charAt(place) === 'o') return false;
    if (map.charAt(place) === 'g') return index === completion.length - 1;
  }
  return false;
}

test('ids are unique, taskById finds each, and an unknown id gives an error with the list', () => {
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  for (const task of tasks) expect(taskById(task.id)).toBe(task);
  expect(() => taskById('sudoku')).toThrow(
    /task: there is no "sudoku"; choose one of sums, chain, countdown, countdown-distance, formats, copy, /,
  );
});

test('the alphabet has no character twice', () => {
  expect(new Set(alphabet).size).toBe(alphabet.length);
});

test('the three splits divide the hash 70 : 15 : 15, independently for each task', () => {
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

test('drawFromSplit throws for a split that no draw reaches, and for an unknown one', () => {
  expect(() => drawFromSplit('sums', 'heldout', () => null)).toThrow(/split: sums found no heldout problem/);
  // A file may hold a split name that the type forbids.
  expect(() => drawFromSplit('sums', 'toString' as Split, () => null)).toThrow(/split: there is no "toString"/);
});

const fourTerms = [
  'sums',
  'chain',
  'countdown',
  'countdown-distance',
  'formats',
  'copy',
  'reverse',
  'sort',
  'caesar',
  'dedupe',
  'count',
  'induction',
  'strings7',
  'gridlake',
];

test.each(fourTerms)('%s rewards answer and form, and offers length and steps at weight 0', (id) => {
  const terms = taskById(id).rewardTerms;
  expect(terms.map((term) => term.id)).toEqual(['answer', 'format', 'length', 'steps']);
  expect(terms.slice(2).every(({ defaultWeight }) => defaultWeight === 0)).toBe(true);
});

test.each(tasks.map((task) => [task.id, task] as const))('no other task reads a prompt of %s', (_, task) => {
  const others = tasks.filter((other) => other !== task);
  const readers = sample(task, 20).flatMap(({ prompt }) => others.filter(({ read }) => read?.(prompt)));
  expect(readers.map(({ id }) => id)).toEqual([]);
});

describe('the contract of', () => {
  for (const task of tasks) describeTask(task, judges[task.id]);
  for (const task of [parity, list, calculator]) describeTask(task);
});
