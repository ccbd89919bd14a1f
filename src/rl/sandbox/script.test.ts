/** @file Checkers in JavaScript: their forms, their failures, and the trial of any checker on the file's own rows. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { checkerOf } from '../../tasks/checkers.ts';
import { fileTask } from '../../tasks/file.ts';
import { knownTasks } from '../../tasks/index.ts';
import { withVerifierErrors } from '../../tasks/variants.ts';
import { DataFileError, openOwnTask, parameterBytes } from './ownTask.ts';
import { sandboxLimits } from './rewardFunction.ts';
import { QuickJsSandbox } from './sandbox.ts';
import { CheckerError, scriptChecker, verdictsOf } from './script.ts';
import { trialSentence, tryChecker } from './trial.ts';

const bytes = new TextEncoder().encode(
  Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({ question: `${i}+1=`, answer: `so #### ${i + 1}`, tag: i % 2 }),
  ).join('\n'),
);
const sandbox = new QuickJsSandbox();
const twoRows = ['train', 'test'].map((split) => JSON.stringify({ prompt: `${split}=`, answer: 7, tag: 3, split }));
const oneRow = new TextEncoder().encode(twoRows.join('\n'));

/** The verdict of the code on a completion of the row with answer 7 and tag 3. */
async function verdict(code: string, text: string) {
  const task = await fileTask(oneRow, scriptChecker(code));
  const [found] = await verdictsOf(task, [{ example: task.example(random(1), 'train', 1), text }], sandbox);
  return found;
}

describe('code', () => {
  test.each([
    ['an expression', '(completion, row) => Number(completion === row.answer)'],
    ['a function with a semicolon', 'function check(completion, row) { return completion === row.answer ? 1 : 0; };\n'],
    ['a comment before it', '// mine\n(c, r) => (c === r.answer ? 1 : 0)'],
    [
      'an export by name',
      'export const LEAST = 1;\nexport function check(c, r) {\n  return c === r.answer ? LEAST : 0;\n}',
    ],
    ['a module of Node', 'const same = (a, b) => a === b;\nmodule.exports = (c, r) => Number(same(c, r.answer));'],
    ['an export after helpers', 'const same = (a, b) => a === b;\nexport default (c, r) => Number(same(c, r.answer));'],
  ])('as %s gets completion and row', async (_, code) => {
    expect(await verdict(code, '7')).toMatchObject({ correct: true, parsed: '7', score: 1 });
    expect(await verdict(code, '8')).toMatchObject({ correct: false, parsed: '8', score: 0 });
  });

  test('pays by its number, and counts as right from 1 on', async () => {
    const code = '(completion, row) => row.tag / completion.length';
    expect(await verdict(code, 'abcd')).toMatchObject({ correct: false, score: 0.75 });
    expect(await verdict(code, 'a')).toMatchObject({ correct: true, parsed: '7', score: 3 });
  });

  test('has for each call of a batch the steps of a whole call', async () => {
    const task = await fileTask(oneRow, scriptChecker('(c) => { for (let i = 0; i < 450000; i++); return 1; }'));
    const example = task.example(random(1), 'train', 1);
    const completions = Array.from({ length: 28 }, () => ({ example, text: '7' }));
    const unhurried = new QuickJsSandbox({ ...sandboxLimits, callMilliseconds: 60_000, batchMilliseconds: 300_000 });
    expect(await verdictsOf(task, completions, unhurried)).toHaveLength(28);
  });

  test('reads whole numbers of 64 bits from a Parquet file, as digits where a number is not exact', async () => {
    const columns = { prompt: ['a', 'b'], answer: ['1', '2'], split: ['train', 'test'], id: [7n, 2n ** 60n] };
    const columnData = Object.entries(columns).map(([name, data]) => ({ name, data }));
    const file = new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
    const task = await fileTask(file, scriptChecker('(c, row) => (row.id === 7 || row.id === c ? 1 : 0)'));
    const examples = (['train', 'heldout'] as const).map((split) => task.example(random(1), split, 1));
    const completions = examples.map((example) => ({ example, text: String(2n ** 60n) }));
    expect((await verdictsOf(task, completions, sandbox)).map(({ score }) => score)).toEqual([1, 1]);
  });

  test('errs as often as a verifier that errs says', async () => {
    const task = await fileTask(oneRow, scriptChecker('(c) => 1'));
    const completion = { example: task.example(random(1), 'train', 1), text: '7' };
    const [found] = await verdictsOf(withVerifierErrors(task, 1, 'key'), [completion], sandbox);
    expect(found).toEqual({ correct: false, wellFormed: true, method: null, parsed: '7' });
  });

  test.each([
    ['(c) => {\n  for (;;);\n}', 'the checker failed: line 2: stopped after 1,000,000 steps in one call'],
    ['(c) => {\n\n  return c.none.x;\n}', 'the checker failed: line 3: TypeError'],
    ['(c) => NaN', 'not a finite number (completion "1" of "train=")'],
    ['(c) => "1"', 'the text "1", not a number'],
    ['(c) => [].concat(Array(4e7).fill(1)).length', 'memory'],
    ['(c) => ', 'line 1: SyntaxError'],
    ['nonsense (\n', 'line 1: SyntaxError'],
    ['const f = (n) => f(n + 1);\nexport default (c) => f(0);', 'a recursion may never end'],
  ])('that fails says where: %j', async (code, message) => {
    const failed = verdict(code, '1');
    await expect(failed).rejects.toBeInstanceOf(CheckerError);
    await expect(failed).rejects.toThrow(message);
  });

  test('is refused where it is too long, or empty', () => {
    expect(() => scriptChecker(' \n')).toThrow('the checker is empty');
    expect(() => scriptChecker(`(c) => 1 /* ${'x'.repeat(8000)} */`)).toThrow('8000 are the most');
  });
});

describe('a trial on the file', () => {
  test('accepts own answers, or the whole solution where the answer alone does not pass', async () => {
    const number = await tryChecker(await fileTask(bytes, checkerOf('number')), sandbox);
    expect(trialSentence(number)).toBe('The checker accepts the own answer of each of the 40 rows that were tried.');
    const marked = await tryChecker(await fileTask(bytes, checkerOf('regex:#### (\\d+)')), sandbox);
    expect(marked).toMatchObject({ tried: 40, passed: 40 });
    expect(marked.rows[0]?.completion).toBe('so #### 1');
  });

  test('says which row it does not accept', async () => {
    const half = await tryChecker(await fileTask(bytes, scriptChecker('(c, r) => r.tag')), sandbox);
    expect(trialSentence(half)).toMatch(
      /^The checker accepts the own answer of 20 of 40 rows; not that of line 1, "1"\.$/,
    );
  });

  test('ends in a sentence where the code fails', async () => {
    const task = await fileTask(bytes, scriptChecker('(c) => { while (true); }'));
    await expect(tryChecker(task, sandbox)).rejects.toThrow(
      /the checker failed: line 1: stopped after .* \(tried on the answer of line 1\)$/,
    );
  });
});

describe('a task by its id', () => {
  test('opens from files by their SHA-256, checked', async () => {
    const made = await fileTask(bytes, scriptChecker('(c, r) => Number(c === r.answer)'));
    const { data, parameter = '' } = made.own.files;
    const code = parameterBytes(made) as Uint8Array;
    await expect(openOwnTask(made.id, { [data]: bytes })).rejects.toThrow(DataFileError);
    const another = bytes.slice(0, bytes.lastIndexOf(10));
    await expect(openOwnTask(made.id, { [data]: another, [parameter]: code })).rejects.toThrow('here is another');
    expect(knownTasks.some(({ id }) => id === made.id)).toBe(false);
    await openOwnTask(made.id, { [data]: bytes, [parameter]: code });
    const task = knownTasks.find(({ id }) => id === made.id);
    const example = { prompt: '2+1=', answer: '3', canonical: '2+1=', difficulty: 1 };
    const texts = ['3', '4'].map((text) => ({ example, text }));
    const verdicts = await verdictsOf(present(task, made.id), texts, sandbox);
    expect(verdicts.map(({ correct }) => correct)).toEqual([true, false]);
  });

  test('leaves other tasks alone', async () => {
    await openOwnTask('sums', {});
    expect(knownTasks.filter(({ id }) => id === 'sums')).toHaveLength(1);
  });
});
