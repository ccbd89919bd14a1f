/** @file A task from a file of problems: its contract, its id, and an error with line and field for a bad file. */
import { describe, expect, test } from 'vitest';
import { describeTask } from '../../testing/tasks/contract.ts';
import { UsageError } from '../lib/assert.ts';
import { random } from '../lib/random.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { checkerOf } from './checkers.ts';
import { checkVocabulary, fileTask, HARDEST } from './file.ts';
import type { OwnTask } from './own/ownTask.ts';
import { missingFile, namedFiles } from './fileId.ts';
import { factsOf } from './own/facts.ts';
import { alphabet, openTask, taskById } from './index.ts';
import type { Split } from './task.ts';

const bytesOf = (rows: readonly unknown[]): Uint8Array =>
  new TextEncoder().encode(rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));

/** Accepts the characters of the shipped policies, as their tokenizer does. */
function encode(text: string): void {
  const position = [...text].findIndex((character) => !alphabet.includes(character));
  if (position >= 0) throw new UsageError(`position ${position}`);
}
async function open(rows: readonly unknown[], checker = 'exact'): Promise<OwnTask> {
  const task = await fileTask(bytesOf(rows), checkerOf(checker));
  checkVocabulary(task, encode);
  return task;
}

/** Forty sums, every fourth in the test. */
const rows = Array.from({ length: 40 }, (_, i) => ({
  prompt: `${i}+7=`,
  answer: i + 7,
  split: i % 4 === 0 ? 'test' : i % 4 === 1 ? 'validation' : 'train',
}));

const forty = await open(rows);
describe('forty problems of a file keep', () => {
  describeTask(forty);
});

const all = (task: OwnTask, split: Split, level = 1) =>
  new Set(Array.from({ length: 400 }, (_, i) => task.example(random(split, i), split, level).prompt));

describe('a file of problems', () => {
  test('divides its problems as it states', async () => {
    const task = await open(rows);
    for (const [name, split] of [
      ['train', 'train'],
      ['validation', 'validation'],
      ['test', 'heldout'],
    ] as const)
      expect(all(task, split)).toEqual(new Set(rows.filter((row) => row.split === name).map(({ prompt }) => prompt)));
    expect(task).toMatchObject({ problems: 40, chance: 1 / 10, title: '40 problems of a file' });
  });

  test('without splits divides them by a hash that no line before a problem moves', async () => {
    const bare = rows.map(({ prompt, answer }) => ({ prompt, answer }));
    const [whole, rest] = [await open(bare), await open(bare.slice(5).toReversed())];
    for (const split of ['train', 'heldout'] as const)
      expect([...all(rest, split)].filter((prompt) => !all(whole, split).has(prompt))).toEqual([]);
    expect(all(whole, 'train').size).toBeGreaterThan(20);
  });

  test('has the difficulties that its lines name, and lengths up to each', async () => {
    const graded = rows.map((row, i) => ({ ...row, difficulty: i < 20 ? 2 : 3, answer: i < 20 ? '1' : '234' }));
    const task = await open(graded);
    expect(task.difficulty).toMatchObject({ min: 2, max: 3, default: 3 });
    expect([task.lengths(2).completion, task.lengths(3).completion]).toEqual([1, 3]);
    expect(all(task, 'heldout', 2)).toEqual(new Set(['0+7=', '4+7=', '8+7=', '12+7=', '16+7=']));
    expect(() => task.lengths(1)).toThrow(/^difficulty: /);
    const wide = rows.map((row) => ({ ...row, prompt: `你${row.prompt}` }));
    expect((await fileTask(bytesOf(wide), checkerOf('exact'))).lengths(1).prompt).toBe(forty.lengths(1).prompt + 3);
  });

  test('is named by checker and SHA-256, and found once it is open', async () => {
    const task = await open(rows, 'number');
    expect(task.id).toBe(`file-number-${sha256Hex(bytesOf(rows))}`);
    expect(() => taskById(task.id)).toThrow(
      `task: the problems of this task are in a file with SHA-256 ${sha256Hex(bytesOf(rows))}, which is not open here`,
    );
    openTask(task);
    expect(taskById(task.id)).toBe(task);
    expect(missingFile('sums')).toBeNull();
  });
});

describe('a line is refused by its line, column and field', () => {
  test.each([
    ['no JSON', ['{"prompt": "1+1=",'], 'line 41, column 19: it is not whole JSON'],
    ['broken JSON', ['{"prompt": 1+1}'], 'line 41, column 13: it is not whole JSON'],
    ['broken JSON after empty lines', ['', ' ', '{'], 'line 43, column 2: it is not whole JSON'],
    ['a list', [[1]], 'line 41, column 1: fields: an object {"prompt", "answer"} is needed'],
    ['no prompt', [{ answer: 1 }], 'line 41, column 1: prompt: is missing; the columns are "answer"'],
    ['a prompt of another type', [{ prompt: 1, answer: 1 }], 'line 41, column 2: prompt: text or a list of messages'],
    ['an empty prompt', [{ answer: 1, prompt: '' }], 'line 41, column 13: prompt: must not be empty'],
    [
      'a chat of no known role',
      [{ answer: 1, prompt: [{ role: 'me', content: 'a' }] }],
      'column 13: prompt: 0.role: one of system',
    ],
    ['a foreign character', [{ prompt: '1+Ω=', answer: 1, split: 'test' }], 'line 41: prompt: position 2'],
    ['a foreign answer', [{ prompt: '1+1=', answer: 'II', split: 'test' }], 'line 41: answer: position 0'],
    ['no answer', [{ prompt: '1+1=' }], 'line 41, column 1: answer: is missing; the columns are "prompt"'],
    [
      'a number of too many digits',
      ['{"prompt": "1+1=", "answer": 12345678901234567890}'],
      'line 41, column 20: answer: a number of more than 15 digits is not read exactly',
    ],
    ['an empty answer', [{ prompt: '1+1=', answer: ' ' }], 'line 41, column 18: answer: must not be empty'],
    ['another split', [{ prompt: '1+1=', answer: 2, split: 'dev' }], 'split: one of train, validation, test'],
    ['no split', [{ prompt: '1+1=', answer: 2 }], 'line 41: split: every line names one or none does'],
    ['a broken difficulty', [{ prompt: '1+1=', answer: 2, difficulty: 1.5 }], 'difficulty: a whole number'],
    ['a large difficulty', [{ prompt: '1+1=', answer: 2, difficulty: 13 }], `difficulty: at most ${HARDEST}`],
    [
      'a difficulty without a test',
      [{ prompt: '1+1=', answer: 2, split: 'train', difficulty: 2 }],
      'difficulty 2: the file has no test problem',
    ],
  ])('%s', async (_, more, message) => {
    await expect(open([...rows, ...more])).rejects.toThrow(message);
  });

  test('text in another encoding, an empty file, and a file for training alone', async () => {
    const exact = checkerOf('exact');
    await expect(fileTask(new Uint8Array([0xff, 0xfe]), exact)).rejects.toThrow(
      'line 1, column 1: it is a text in UTF-16',
    );
    const latin = new Uint8Array([...bytesOf(rows), ...new TextEncoder().encode('\n{"prompt": "caf'), 0xe9]);
    await expect(fileTask(latin, exact)).rejects.toThrow('line 41, column 16: it is no text in UTF-8');
    await expect(open([])).rejects.toThrow('the file is empty');
    const semicolons = new TextEncoder().encode('prompt;answer\n1+1=;2\n');
    await expect(fileTask(semicolons, exact)).rejects.toThrow('line 1: the columns of a table are divided by commas');
    await expect(open([{ prompt: '1+1=', answer: 2, split: 'train' }])).rejects.toThrow('the file has no test problem');
  });

  test('an answer that no completion can match', async () => {
    const more = [
      { prompt: 'a', answer: 'ten', split: 'train' },
      { prompt: 'b', answer: 'two', split: 'train' },
    ];
    await expect(open([...rows, ...more], 'number')).rejects.toThrow(
      'line 41, column 15: answer: "ten": a number in decimal digits is needed; so it is in 2 rows',
    );
  });
});

describe('repeated prompts', () => {
  test('stay once, in the split that is tested, and are counted', async () => {
    const task = await open([
      ...rows,
      { prompt: '2+7= ', answer: 9, split: 'test' },
      { prompt: '3+7=', answer: 10, split: 'train' },
      { prompt: '4+7=', answer: 12, split: 'train' },
    ]);
    expect(all(task, 'heldout')).toContain('2+7= ');
    expect([all(task, 'train').has('2+7='), all(task, 'train').has('4+7=')]).toEqual([false, false]);
    expect(task.own).toMatchObject({
      read: 43,
      overlaps: { count: 2, first: { line: 41, sameAs: 3 } },
      duplicates: { count: 1, first: { line: 42, sameAs: 4 } },
      conflicts: { count: 1, first: { line: 43, sameAs: 5 } },
    });
    expect(factsOf(task)).toEqual([
      '43 rows of JSON lines: prompt and answer.',
      '40 problems, divided as the file says: 19 train, 10 validation, 11 test.',
      '1 repeated prompt was left out (line 42 repeats line 4).',
      '2 prompts stood in two splits and stay in the one that is tested (line 41 repeats line 3).',
      '1 repeated prompt has another answer; the first counts (line 43 repeats line 5).',
    ]);
  });
});

test('an id names the files that a page without them must ask for', async () => {
  const { id, own } = await open(rows, 'regex:(\\d+)');
  const parameter = sha256Hex(new TextEncoder().encode('(\\d+)'));
  expect(own.files).toEqual({ checker: 'regex', data: sha256Hex(bytesOf(rows)), parameter });
  expect(id).toBe(`file-regex-${own.files.data}-${parameter}`);
  expect(namedFiles(id)).toEqual(own.files);
  expect(namedFiles(`file-number-${own.files.data}-${parameter}`)).toBeNull();
  expect(namedFiles(`file-js-${own.files.data}`)).toBeNull();
});

test('room for words before the answer, and for a whole solution', async () => {
  expect((await open(rows, 'exact')).lengths(1).completion).toBe(2);
  expect((await open(rows, 'number')).lengths(1).completion).toBe(2 + checkerOf('number').room);
  const worked = rows.map(({ prompt, answer, split }) => ({ question: prompt, answer: `1+1=2 #### ${answer}`, split }));
  expect((await open(worked, 'number')).lengths(1).completion).toBe(13 + checkerOf('number').room);
});
