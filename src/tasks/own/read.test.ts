/** @file Rows of data files in each format and form, errors with line and column, and 100 000 rows without blocking. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkerOf } from '../checkers.ts';
import { fileTask } from '../file.ts';
import { readRows } from './read.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readRows(bytesOf(text));
const line = (value: unknown) => JSON.stringify(value);

describe('forms of a row', () => {
  test('prompt as text and as a chat, with further columns', async () => {
    const messages = [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: '1+1?' },
    ];
    const { forms, rows, format } = await read(
      [line({ prompt: 'a', answer: 3, level: 'x' }), line({ prompt: messages, answer: 'two ' })].join('\n'),
    );
    expect({ format, forms }).toEqual({ format: 'jsonl', forms: ['prompt'] });
    expect(rows).toEqual([
      { line: 1, prompt: 'a', answer: '3', difficulty: 1, columns: { prompt: 'a', answer: 3, level: 'x' } },
      {
        line: 2,
        prompt: 'Be short.\n1+1?',
        messages,
        answer: 'two',
        difficulty: 1,
        columns: { prompt: messages, answer: 'two ' },
      },
    ]);
  });

  test('GSM8K: the number after #### without its commas, and the working as the solution', async () => {
    const { forms, rows } = await read(line({ question: 'How many?', answer: 'It is 2*617=1234.\n#### 1,234' }));
    expect(forms).toEqual(['gsm8k']);
    expect(rows[0]).toMatchObject({ prompt: 'How many?', answer: '1234', solution: 'It is 2*617=1234.\n#### 1,234' });
  });

  test('Reasoning Gym: question, answer and metadata', async () => {
    const { forms, rows } = await read(
      line({ question: 'Legs?', answer: '8', metadata: { difficulty: { n: [1, 2] } } }),
    );
    expect(forms).toEqual(['reasoning-gym']);
    expect(rows[0]).toMatchObject({ prompt: 'Legs?', answer: '8', difficulty: 1 });
    const text = await read(line({ question: 'Legs?', answer: '8', metadata: '{"numbers": [1, 2]}' }));
    expect(text.forms).toEqual(['reasoning-gym']);
    expect(text.rows[0]?.columns.metadata).toEqual({ numbers: [1, 2] });
  });

  test('empty lines, a byte order mark and null as a split are read over', async () => {
    const row = line({ prompt: 'a', answer: true, split: null, difficulty: null });
    const { rows } = await read(`\ufeff\n${row}\r\n\r\n${row}\n\n`);
    expect(rows).toMatchObject([
      { line: 2, answer: 'true', difficulty: 1 },
      { line: 4, answer: 'true', difficulty: 1 },
    ]);
    expect(rows[0]?.split).toBeUndefined();
    expect((await read('\ufeffprompt,answer\r\n\r\na,1\r\n\r\n')).rows).toMatchObject([{ line: 3, prompt: 'a' }]);
  });

  test('Parquet, whose absent cells are absent columns', async () => {
    const { format, forms, rows } = await readRows(readFileSync('testing/fixtures/gsm8k-form.parquet'));
    expect({ format, forms, count: rows.length }).toEqual({ format: 'parquet', forms: ['gsm8k'], count: 20 });
    expect(rows[3]).toMatchObject({ line: 4, prompt: '3+4=', answer: '7', split: 'train' });
    expect(Object.keys(rows[3]?.columns ?? {})).toEqual(['question', 'answer', 'split', 'index']);
  });
});

describe('CSV', () => {
  test('with quotes, commas and line breaks in cells, CRLF, and a chat in JSON', async () => {
    const { format, rows } = await read(
      'prompt,answer,difficulty,note\r\n"a, ""b""\nc",1,2,\r\n"[{""role"":""user"",""content"":""hi""}]",2,,x\r\n',
    );
    expect(format).toBe('csv');
    expect(rows).toMatchObject([
      { line: 2, prompt: 'a, "b"\nc', answer: '1', difficulty: 2 },
      { line: 4, prompt: 'hi', messages: [{ role: 'user', content: 'hi' }], answer: '2', difficulty: 1 },
    ]);
  });

  test.each([
    ['a quote without end', 'prompt,answer\na,1\nb,"2\n', 'line 3, column 3: the quote that begins here has no end'],
    [
      'text after a quote',
      'prompt,answer\n"a"b,1\n',
      'line 2, column 4: a comma or a new line is needed after a quote',
    ],
    ['a cell too few', 'prompt,answer\na,1\nb\n', 'line 3, column 1: 1 cells, but the first line names 2 columns'],
    ['a name twice', 'prompt,prompt\na,1\n', 'line 1, column 8: the column prompt stands twice'],
    ['no answer', 'prompt,answer\nabc,\n', 'line 2, column 5: answer: must not be empty'],
    [
      'a bad difficulty',
      'prompt,difficulty,answer\nabc,x,1\n',
      'line 2, column 5: difficulty: a whole number is needed',
    ],
  ])('%s is named by line and column', async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('a task in one JSON file', () => {
  const file = (more: object) =>
    line({ format: 'rollout-task', version: 1, title: 'Sums', checker: 'number', ...more });
  const template = { prompt: '{a}+{b}=', answer: '{a+b}', variables: { a: { from: 1, to: 9 }, b: [2, 4] } };

  test('unfolds its template, names its checker, and is its own task', async () => {
    const task = await fileTask(bytesOf(file({ template })), null);
    expect(task).toMatchObject({ title: 'Sums', problems: 18 });
    expect(task.id).toMatch(/^file-task-[0-9a-f]{64}$/);
    expect(task.own.problems.map(({ row }) => `${row.prompt}${row.answer}`)).toContain('7+4=11');
    expect(task.own.checker.id).toBe('number');
  });

  test('has rows instead, and leaves combinations out whose value is not whole', async () => {
    expect((await read(file({ rows: [{ prompt: 'a', answer: 1 }] }))).rows).toHaveLength(1);
    const halves = { ...template, answer: '{a/b}', variables: { a: { from: 1, to: 4 }, b: [2] } };
    expect((await read(file({ template: halves }))).rows.map(({ answer }) => answer)).toEqual(['1', '2']);
  });

  test('stays within 20 000 problems however many combinations there are', async () => {
    const wide = { ...template, variables: { a: { from: 0, to: 999 }, b: { from: 0, to: 999 } } };
    const { rows } = await read(file({ template: wide }));
    expect(rows.length).toBeGreaterThan(19_000);
    expect(rows.length).toBeLessThanOrEqual(20_000);
  });

  test.each([
    ['rows and a template', { rows: [{}], template }, 'rows or template: one of them is needed'],
    [
      'an unknown variable',
      { template: { ...template, answer: '{a+c}' } },
      'template.answer: {a+c}: there is no variable c',
    ],
    [
      'code',
      { template: { ...template, answer: '{a.b()}' } },
      'template.answer: {a.b()}: names of variables, whole numbers',
    ],
    ['a field too many', { template, run: 'x' }, 'run'],
    ['a bad row', { rows: [{ prompt: 'a' }] }, 'rows, entry 1: answer: is missing'],
    ['a later version', { template, version: 2 }, 'version: this page reads version 1'],
  ])('is refused with %s', async (_, more, message) => {
    await expect(read(file(more))).rejects.toThrow(message);
  });

  test('is refused with code or an unknown checker, and beside a checker of its own', async () => {
    await expect(fileTask(bytesOf(file({ template, checker: 'js' })), null)).rejects.toThrow(
      'checker: there is no checker',
    );
    await expect(fileTask(bytesOf(file({ template })), checkerOf('exact'))).rejects.toThrow('names its own');
  });

  test('names line and column of a part', async () => {
    const lines = (more: object) =>
      JSON.stringify({ format: 'rollout-task', version: 1, title: 'T', ...more }, null, 1);
    const rows = [{ prompt: 'a', answer: 1 }, { prompt: 'b' }];
    await expect(read(lines({ checker: 'number', rows }))).rejects.toThrow(
      'line 11, column 3: rows, entry 2: answer: is missing',
    );
    await expect(read(lines({ checker: 7, rows }))).rejects.toThrow('line 5, column 13: checker: one of the checkers');
    const wrong = { ...template, answer: '{c}' };
    await expect(read(lines({ checker: 'number', template: wrong }))).rejects.toThrow(
      'line 8, column 13: template.answer: {c}: there is no variable c',
    );
    const late = { checker: 'number', summary: 'x'.repeat(300), rows: rows.slice(0, 1), title: 'T', version: 1 };
    expect((await read(line({ ...late, format: 'rollout-task' }))).format).toBe('task');
  });

  test('names line and column where it is not whole JSON', async () => {
    await expect(read('{"format": "rollout-task",\n "version": }')).rejects.toThrow(
      'line 2, column 13: it is not whole JSON',
    );
  });
});

test('a list of all rows and a file without rows are refused in a sentence', async () => {
  await expect(read('[{"prompt": "a"}]')).rejects.toThrow('line 1, column 1: one JSON object a line is needed');
  await expect(read('prompt,answer\n')).rejects.toThrow('it has no rows');
});

test('100 000 rows leave the thread free: no stretch without a turn takes a third of the time', async () => {
  const text = Array.from({ length: 100_000 }, (_, i) =>
    line({
      question: `What is ${i} and 7, said in the words of a longer problem?`,
      answer: `${i}+7=${i + 7} #### ${i + 7}`,
      level: i % 3,
    }),
  ).join('\n');
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const begun = performance.now();
  const task = await fileTask(bytesOf(text), checkerOf('number'));
  const elapsed = performance.now() - begun;
  // Without a turn the beat would never have been heard.
  longest = Math.max(longest, performance.now() - last);
  clearInterval(beat);
  expect(task.own.problems).toHaveLength(100_000);
  expect(longest).toBeLessThan(elapsed / 3);
});
