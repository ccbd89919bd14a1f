/** @file Checkers in JavaScript: their forms, their failures, and the trial of any checker on the file's own rows. */
import { describe, expect, test } from 'vitest';
import { checkerOf } from '../../tasks/checkers.ts';
import { fileTask } from '../../tasks/file.ts';
import { knownTasks } from '../../tasks/index.ts';
import { DataFileError, openOwnTask, parameterBytes } from './ownTask.ts';
import { QuickJsSandbox } from './sandbox.ts';
import { CheckerError, scriptChecker } from './script.ts';
import { trialSentence, tryChecker } from './trial.ts';

const bytes = new TextEncoder().encode(
  Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ question: `${i}+1=`, answer: `so #### ${i + 1}`, tag: i % 2 }),
  ).join('\n'),
);
const row = { answer: '7', columns: { tag: 3 } };

describe('code', () => {
  test.each([
    ['an expression', '(completion, row) => Number(completion === row.answer)'],
    ['a function with a semicolon', 'function check(completion, row) { return completion === row.answer ? 1 : 0; };\n'],
    ['a comment before it', '// mine\n(c, r) => (c === r.answer ? 1 : 0)'],
    ['an export after helpers', 'const same = (a, b) => a === b;\nexport default (c, r) => Number(same(c, r.answer));'],
  ])('as %s gets completion and row', async (_, code) => {
    const { check } = await scriptChecker(code);
    expect(check('7', row)).toEqual({ correct: true, parsed: '7', score: 1 });
    expect(check('8', row)).toEqual({ correct: false, parsed: '8', score: 0 });
  });

  test('pays by its number, and counts as right from 1 on', async () => {
    const { check } = await scriptChecker('(completion, row) => row.tag / completion.length');
    expect(check('abcd', row)).toMatchObject({ correct: false, score: 0.75 });
    expect(check('a', row)).toMatchObject({ correct: true, score: 3 });
  });

  test.each([
    ['(c) => {\n  for (;;);\n}', 'the checker failed: line 2: stopped after 1,000,000 steps in one call'],
    ['(c) => {\n\n  return c.none.x;\n}', 'the checker failed: line 3: TypeError'],
    ['(c) => NaN', 'not a finite number'],
    ['(c) => [].concat(Array(4e7).fill(1)).length', 'memory'],
    ['(c) => ', 'SyntaxError'],
    ['const f = (n) => f(n + 1);\nexport default (c) => f(0);', 'a recursion may never end'],
  ])('that fails says where: %j', async (code, message) => {
    const { check } = await scriptChecker(code);
    expect(() => check('1', row)).toThrow(CheckerError);
    expect(() => check('1', row)).toThrow(message);
  });

  test('is refused where it is too long', async () => {
    await expect(scriptChecker(`(c) => 1 /* ${'x'.repeat(8000)} */`)).rejects.toThrow('8000 are the most');
  });
});

describe('a trial on the file', () => {
  const sandbox = new QuickJsSandbox();

  test('accepts own answers, or the whole solution where the answer alone does not pass', async () => {
    const number = await tryChecker(await fileTask(bytes, checkerOf('number')), sandbox);
    expect(trialSentence(number)).toBe('The checker accepts the own answer of each of the 40 rows that were tried.');
    const marked = await tryChecker(await fileTask(bytes, checkerOf('regex:#### (\\d+)')), sandbox);
    expect(marked).toMatchObject({ tried: 40, passed: 40 });
    expect(marked.rows[0]?.completion).toBe('so #### 1');
  });

  test('says which row it does not accept', async () => {
    const half = await tryChecker(await fileTask(bytes, await scriptChecker('(c, r) => r.tag')), sandbox);
    expect(trialSentence(half)).toMatch(
      /^The checker accepts the own answer of 20 of 40 rows; not that of line 1, "1"\.$/,
    );
  });

  test('ends in a sentence where the code fails', async () => {
    const task = await fileTask(bytes, await scriptChecker('(c) => { while (true); }'));
    await expect(tryChecker(task, sandbox)).rejects.toThrow(
      /the checker failed: line 1: stopped after .* \(tried on the answer of line 1\)$/,
    );
  });
});

describe('a task by its id', () => {
  test('opens from files by their SHA-256, checked', async () => {
    const made = await fileTask(bytes, await scriptChecker('(c, r) => Number(c === r.answer)'));
    const { data, parameter = '' } = made.own.files;
    const code = parameterBytes(made) as Uint8Array;
    await expect(openOwnTask(made.id, { [data]: bytes })).rejects.toThrow(DataFileError);
    const another = bytes.slice(0, bytes.lastIndexOf(10));
    await expect(openOwnTask(made.id, { [data]: another, [parameter]: code })).rejects.toThrow('here is another');
    expect(knownTasks.some(({ id }) => id === made.id)).toBe(false);
    await openOwnTask(made.id, { [data]: bytes, [parameter]: code });
    const task = knownTasks.find(({ id }) => id === made.id);
    expect(task?.verify({ prompt: '2+1=', answer: '3', canonical: '2+1=', difficulty: 1 }, '3').correct).toBe(true);
  });

  test('leaves other tasks alone', async () => {
    await openOwnTask('sums', {});
    expect(knownTasks.filter(({ id }) => id === 'sums')).toHaveLength(1);
  });
});
