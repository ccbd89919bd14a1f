/** @file A task from a file of problems: its contract, its id, and an error with line and field for a bad file. */
import { describe, expect, test } from 'vitest';
import { describeTask } from '../../testing/tasks/contract.ts';
import { UsageError } from '../lib/assert.ts';
import { random } from '../lib/random.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { type CheckerId, checkers } from './checkers.ts';
import { fileTask, HARDEST } from './file.ts';
import { missingFile } from './fileId.ts';
import { alphabet, openTask, taskById } from './index.ts';
import type { Example, Split } from './task.ts';

const bytesOf = (rows: readonly unknown[]): Uint8Array =>
  new TextEncoder().encode(rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));

/** Accepts the characters of the shipped policies, as their tokenizer does. */
function encode(text: string): void {
  const position = [...text].findIndex((character) => !alphabet.includes(character));
  if (position >= 0) throw new UsageError(`position ${position}`);
}
const open = (rows: readonly unknown[], checker: CheckerId = 'exact') => fileTask(bytesOf(rows), checker, encode);

/** Forty sums, every fourth in the test. */
const rows = Array.from({ length: 40 }, (_, i) => ({
  prompt: `${i}+7=`,
  answer: i + 7,
  split: i % 4 === 0 ? 'test' : i % 4 === 1 ? 'validation' : 'train',
}));

describe('forty problems of a file keep', () => {
  describeTask(open(rows));
});

const all = (task: ReturnType<typeof open>, split: Split, level = 1) =>
  new Set(Array.from({ length: 400 }, (_, i) => task.example(random(split, i), split, level).prompt));

describe('a file of problems', () => {
  test('divides its problems as it states', () => {
    const task = open(rows);
    for (const [name, split] of [
      ['train', 'train'],
      ['validation', 'validation'],
      ['test', 'heldout'],
    ] as const)
      expect(all(task, split)).toEqual(new Set(rows.filter((row) => row.split === name).map(({ prompt }) => prompt)));
    expect(task).toMatchObject({ problems: 40, chance: 1 / 10, title: '40 problems of a file' });
  });

  test('without splits divides them by a hash that no line before a problem moves', () => {
    const bare = rows.map(({ prompt, answer }) => ({ prompt, answer }));
    const [whole, rest] = [open(bare), open(bare.slice(5).toReversed())];
    for (const split of ['train', 'heldout'] as const)
      expect([...all(rest, split)].filter((prompt) => !all(whole, split).has(prompt))).toEqual([]);
    expect(all(whole, 'train').size).toBeGreaterThan(20);
  });

  test('has the difficulties that its lines name, and lengths up to each', () => {
    const graded = rows.map((row, i) => ({ ...row, difficulty: i < 20 ? 2 : 3, answer: i < 20 ? '1' : '234' }));
    const task = open(graded);
    expect(task.difficulty).toMatchObject({ min: 2, max: 3, default: 3 });
    expect([task.lengths(2).completion, task.lengths(3).completion]).toEqual([1, 3]);
    expect(all(task, 'heldout', 2)).toEqual(new Set(['0+7=', '4+7=', '8+7=', '12+7=', '16+7=']));
    expect(() => task.lengths(1)).toThrow(/^difficulty: /);
  });

  test('is named by checker and SHA-256, and found once it is open', () => {
    const task = open(rows, 'number');
    expect(task.id).toBe(`file-number-${sha256Hex(bytesOf(rows))}`);
    expect(() => taskById(task.id)).toThrow(
      `task: the problems of this task are in a file with SHA-256 ${sha256Hex(bytesOf(rows))}, which is not open here`,
    );
    openTask(task);
    expect(taskById(task.id)).toBe(task);
    expect(missingFile('sums')).toBeNull();
  });
});

describe('a line is refused by its number and field', () => {
  test.each([
    ['no JSON', ['{"prompt": "1+1=",'], 'line 41: it is not whole JSON'],
    ['an empty line', ['', rows[0]], 'line 41: it is not whole JSON'],
    ['no prompt', [{ answer: 1 }], 'line 41: prompt: text is needed'],
    ['an empty prompt', [{ prompt: '', answer: 1 }], 'line 41: prompt: must not be empty'],
    ['a foreign character', [{ prompt: '1+Ω=', answer: 1, split: 'test' }], 'line 41: prompt: position 2'],
    ['a foreign answer', [{ prompt: '1+1=', answer: 'II', split: 'test' }], 'line 41: answer: position 0'],
    ['no answer', [{ prompt: '1+1=' }], 'line 41: answer: text or a number is needed'],
    ['an empty answer', [{ prompt: '1+1=', answer: ' ' }], 'line 41: answer: must not be empty'],
    ['another split', [{ prompt: '1+1=', answer: 2, split: 'dev' }], 'line 41: split: one of train, validation, test'],
    ['no split', [{ prompt: '1+1=', answer: 2 }], 'line 41: split: every line names one or none does'],
    ['a broken difficulty', [{ prompt: '1+1=', answer: 2, difficulty: 1.5 }], 'line 41: difficulty: a whole number'],
    ['a large difficulty', [{ prompt: '1+1=', answer: 2, difficulty: 13 }], `line 41: difficulty: at most ${HARDEST}`],
    [
      'a prompt of the training in the test',
      [{ prompt: '2+7= ', answer: 9, split: 'test' }],
      'line 41: prompt: it is the same as in line 3',
    ],
    [
      'a difficulty without a test',
      [{ prompt: '1+1=', answer: 2, split: 'train', difficulty: 2 }],
      'difficulty 2: the file has no test problem',
    ],
  ])('%s', (_, more, message) => {
    expect(() => open([...rows, ...more])).toThrow(message);
  });

  test('text in another encoding, an empty file, and a file for training alone', () => {
    expect(() => fileTask(new Uint8Array([0xff, 0xfe]), 'exact', encode)).toThrow('line 1: it is no text in UTF-8');
    expect(() => open([])).toThrow('line 1: it is not whole JSON');
    expect(() => open([{ prompt: '1+1=', answer: 2, split: 'train' }])).toThrow('split: the file has no test problem');
  });
});

const verdictOf = (checker: CheckerId, answer: string, completion: string) => {
  const task = open([...rows, { prompt: 'x', answer, split: 'train' }], checker);
  return task.verify(task.read?.('x') as Example, completion);
};

describe('a checker', () => {
  test.each([
    ['exact', '12', ' 12\n', true],
    ['exact', '12', '12.', false],
    ['exact', '12', '', false],
    ['number', '12', '5+7 is 12', true],
    ['number', '12', '012.0', true],
    ['number', '12', '12 or 13', false],
    ['number', '-2', '1-3=-2', true],
    ['number', '2', '5-2', true],
    ['number', '12', 'twelve', false],
    ['contains', 'ab', 'xabx', true],
    ['contains', 'ab', 'a b', false],
  ] as const)('%s: %s against %j is %s', (checker, answer, completion, correct) => {
    expect(verdictOf(checker, answer, completion).correct).toBe(correct);
  });

  test('number refuses an answer that is none, by line', () => {
    expect(() => verdictOf('number', 'ten', '10')).toThrow('line 41: answer: a number in decimal digits is needed');
  });

  test('leaves room for words before the answer where these are allowed', () => {
    for (const id of ['exact', 'number', 'contains'] as const)
      expect(open(rows, id).lengths(1).completion).toBe(2 + checkers[id].room);
  });
});
