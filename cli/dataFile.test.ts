/**
 * @file A task from a file on the command line: it trains on the file's problems, is measured on the file's test, goes
 * on only with the same file, and refuses a bad file by flag, line and field.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { random } from '../src/lib/random.ts';
import { sha256Hex } from '../src/lib/sha256.ts';
import { knobs } from '../src/rl/config/knobs.ts';
import { HARDEST } from '../src/tasks/file.ts';
import { taskById } from '../src/tasks/index.ts';
import type { Example } from '../src/tasks/task.ts';
import { withData } from './dataFile.ts';
import { loadPolicyFile } from './environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rollout-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sums = taskById('sums');
/** Different sums in the alphabet of the default policy. */
const distinctSums = (difficulty: number, count: number): Example[] => {
  const drawn = Array.from({ length: 4 * count }, (_, i) => sums.example(random('file', i), 'heldout', difficulty));
  return [...new Map(drawn.map((example) => [example.canonical, example])).values()].slice(0, count);
};
/** 90 for training, 30 for the test. */
const problems = distinctSums(2, 120);
const rowOf = ({ prompt, answer }: Example, i: number) => ({ prompt, answer, split: i % 4 === 0 ? 'test' : 'train' });
const write = (name: string, lines: readonly unknown[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`);
  return path;
};
const file = write('sums.jsonl', problems.map(rowOf));
const idOf = (checker: string) => `file-${checker}-${sha256Hex(new Uint8Array(readFileSync(file)))}`;

const command = (name: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `cli/${name}.ts`, ...args], { cwd: root });
/** Lines that a command writes as JSON. */
async function linesOf(name: string, ...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { stdout } = await command(name, ...args, '--json', '-');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const small = ['--num_generations', '8', '--prompts_per_step', '4', '--seed', '3'];

describe.each(['node', 'wasm'])('on %s', (backend) => {
  test('a run trains on the problems of the file and is measured on its test', async () => {
    const flags = [
      '--data',
      file,
      '--checker',
      'number',
      '--steps',
      '3',
      '--backend',
      backend,
      '--eval_samples',
      '2',
      ...small,
    ];
    const lines = await linesOf('train', ...flags);
    const summary = lines.at(-1) ?? {};
    expect(lines.slice(0, -1).map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(lines.slice(0, -1).every(({ grad_norm: norm }) => Number(norm) >= 0)).toBe(true);
    expect(lines.some(({ grad_norm: norm }) => Number(norm) > 0)).toBe(true);
    expect(summary).toMatchObject({ task: idOf('number'), difficulty: 1, problems: 30, samplesPerProblem: 2 });
    expect(summary.baseAccuracy).toBeGreaterThan(0.2);
    const [measured] = await linesOf('evaluate', '--data', file, '--checker', 'number', '--backend', backend);
    expect(measured).toMatchObject({ task: idOf('number'), problems: 30, greedy: summary.baseGreedy });
  });
});

test('the policy learns the problems for training, and solves more of those in the test', async () => {
  const path = write(
    'learn.jsonl',
    distinctSums(3, 400).map(({ prompt, answer }) => ({ prompt, answer })),
  );
  const lines = await linesOf('train', '--data', path, '--checker', 'number', '--steps', '15', '--eval_samples', '4');
  const { baseAccuracy, finalAccuracy, problems: tested } = lines.at(-1) ?? {};
  expect(Number(tested)).toBeGreaterThan(40);
  expect(Number(finalAccuracy)).toBeGreaterThan(Number(baseAccuracy) + 0.1);
});

test('a run is paid by a checker in JavaScript, and its file is described in sentences', async () => {
  const code = join(folder, 'half.js');
  writeFileSync(
    code,
    'const last = (text) => text.match(/\\d+/g)?.at(-1);\nexport default (completion, row) => (last(completion) === String(row.answer) ? 1 : 0.5);',
  );
  const flags = ['--data', file, '--checker', code, '--base', 'default', '--steps', '2', '--eval_problems', '8'];
  const { stdout, stderr } = await command('train', ...flags, ...small, '--json', '-');
  expect(stderr).toContain('sums.jsonl: 120 problems, divided as the file says: 90 train, 0 validation, 30 test.');
  expect(stderr).toContain('The checker accepts the own answer of each of the 64 rows that were tried.');
  const [first, , summary] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(summary).toMatchObject({ task: expect.stringMatching(/^file-js-[0-9a-f]{64}-[0-9a-f]{64}$/) });
  // Wrong answers earn half a point, cut ones nothing.
  expect(first?.['reward']).toBeGreaterThan(0.5);
  expect(Number(first?.['rewards/answer/mean'])).toBeLessThan(1);
});

test('a store of rollouts of the file trains an offline run on the same file, and no other checker', async () => {
  const store = join(folder, 'store.jsonl');
  const flags = ['--data', file, '--set', 'offline_prompts=8', ...small];
  await command('rollouts', ...flags, '--json', store);
  const lines = await linesOf('train', ...flags, '--offline', store, '--steps', '1', '--eval_problems', '8');
  expect(lines.at(-1)).toMatchObject({ task: idOf('exact'), steps: 1 });
  const other = command('train', ...flags, '--checker', 'number', '--offline', store, '--steps', '1');
  await expect(other).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`line 1: task: it holds rollouts of ${idOf('exact')}`),
  });
});

describe('a file is refused', () => {
  const policy = loadPolicyFile('default');
  const open = (path: string, more: object = {}) => withData({ data: path, checker: 'exact', ...more }, policy);
  const rows = problems.map(rowOf);

  test.each([
    [
      'a character outside the alphabet',
      { prompt: '1+Ω=', answer: 1, split: 'test' },
      'line 121: prompt: "Ω" at position 2',
    ],
    ['a broken line', '{"prompt": 1+1}', 'line 121, column 13: it is not whole JSON'],
    [
      'a prompt longer than the policy reads',
      { prompt: '1+'.repeat(40), answer: 1, split: 'test' },
      'prompts of 80 and',
    ],
  ])('with %s', async (name, row, message) => {
    const path = write(`${name}.jsonl`, [...rows, row]);
    await expect(open(path)).rejects.toThrow(`--data ${path}: ${message}`);
  });

  test('if it is not there, beside --task, or named by its checker alone', async () => {
    await expect(open(join(folder, 'none.jsonl'))).rejects.toThrow(/^--data: .*none.jsonl cannot be read/);
    await expect(open(file, { task: 'sums' })).rejects.toThrow('--task and --data: a run has one task');
    await expect(open(file, { data: undefined })).rejects.toThrow('--checker: it belongs to --data');
  });

  test.each([
    ['loops', '(completion) => {\n  while (true);\n}', 'line 2: stopped after 1,000,000 steps in one call'],
    ['throws', '(completion, row) =>\n  row.none.value', 'line 2: TypeError'],
    ['gives no number', '(completion) => completion', 'not a number'],
    ['is no function', 'const x = 1', 'SyntaxError'],
    ['sorts for ever', '(completion) => Array(4e9).sort().length', 'ended by force after 6 s in one call'],
  ])(
    'with a checker that %s',
    async (name, code, message) => {
      const path = join(folder, `${name}.js`);
      writeFileSync(path, code);
      const opened = open(file, { checker: path });
      await expect(opened).rejects.toThrow(`--checker ${path}: the checker failed: `);
      await expect(opened).rejects.toThrow(message);
    },
    60_000,
  );

  test('with a word or a file that names no checker', async () => {
    await expect(open(file, { checker: 'nubmer.js' })).rejects.toThrow(/^--checker: nubmer\.js cannot be read: ENOENT/);
    await expect(open(file, { checker: 'nubmer' })).rejects.toThrow('--checker nubmer: there is no checker "nubmer"');
  });
});

test('without a checker, the one that suits all answers is proposed; exact is not', async () => {
  const policy = loadPolicyFile('default');
  const said: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  await withData({ data: file, checker: undefined }, policy);
  const spelled = write(
    'spelled.jsonl',
    problems.map((problem, i) => ({ ...rowOf(problem, i), answer: 'ab' })),
  );
  await withData({ data: spelled, checker: undefined }, policy);
  await withData({ data: file, checker: 'exact' }, policy);
  spy.mockRestore();
  expect(said.filter((line) => line.includes('--checker'))).toEqual([
    'sums.jsonl: Only a completion that is the answer alone is right; --checker number suits all answers.\n',
  ]);
});

test('a run that names a file which is not open says which', async () => {
  await expect(command('train', '--task', idOf('exact'), '--steps', '1')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`the problems of this task are in a file with SHA-256 ${idOf('').slice(6)}`),
  });
});

test('the hardest difficulty of a file is that of the setting', () => {
  expect(HARDEST).toBe(knobs.difficulty.max);
});
