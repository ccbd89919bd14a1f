/** @file `npm run profile` on a data file and on a task of the program: figures, advice, and refused flags. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { random } from '../src/lib/random.ts';
import type { Advice } from '../src/rl/run/profileAdvice.ts';
import { taskById } from '../src/tasks/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const profile = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', 'cli/profile.ts', ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });

const task = taskById('sums');
const problems = new Map(
  Array.from({ length: 200 }, (_, i) => task.example(random('profile', i), 'train', 3)).map(({ prompt, answer }) => [
    prompt,
    answer,
  ]),
);

/** Sums with their answers, or with the given one, as a file. */
function sums(name: string, given?: string): string {
  const path = join(folder, name);
  const rows = [...problems].slice(0, 50).map(([prompt, answer]) => ({ prompt, answer: given ?? answer }));
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
}

interface Written {
  readonly problems: number;
  readonly passAtK: Readonly<Record<string, number>>;
  readonly advice: Advice;
}

test('a file of sums has something to reinforce, and one of wrong answers nothing', async () => {
  const flags = ['--checker', 'number', '--base', 'default', '--json', '-'];
  const [right, wrong] = await Promise.all([
    profile('--data', sums('sums.jsonl'), ...flags),
    profile('--data', sums('wrong.jsonl', '777'), ...flags),
  ]);
  const [good, bad] = [right, wrong].map(({ stdout }) => JSON.parse(stdout)) as [Written, Written];
  expect(good).toMatchObject({ policy: 'default', samples: 64, advice: { outlook: 'something' } });
  expect(good.problems).toBeGreaterThan(25);
  expect(Number(good.passAtK[1])).toBeGreaterThan(0.1);
  expect(Number(good.passAtK[8])).toBeGreaterThan(Number(good.passAtK[1]));
  expect(Number(good.passAtK[64])).toBeGreaterThanOrEqual(Number(good.passAtK[8]));
  expect(bad).toMatchObject({ passAtK: { 1: 0, 8: 0, 64: 0 }, noSignal: 1, advice: { outlook: 'never' } });
  expect(bad.advice.sentence).toContain('because nothing is ever right');
});

test('a task of the program is profiled at its difficulties and other temperatures, as a table', async () => {
  const { stdout } = await profile('--task', 'sums', '--difficulty', '3', '--num_generations', '4');
  expect(stdout).toMatch(/^default: Sums.* at difficulty 3, 64 problems, 64 completions each at temperature 1\n/);
  expect(stdout).toMatch(/\npass@8 +\d+\s%\n/);
  expect(stdout).toMatch(/\ngroups of 4 without a signal +\d+\s%\n/);
  expect(stdout).toContain('\nRL will find something to reinforce here: ');
});

test('flags that do not fit are named', async () => {
  const failed = (message: string) => ({ code: 2, stderr: expect.stringContaining(message) });
  await expect(profile('--task', 'sums', '--difficulty', '40')).rejects.toMatchObject(
    failed('--difficulty: sums takes'),
  );
  await expect(profile('--checker', 'number')).rejects.toMatchObject(failed('--checker: it belongs to --data'));
});
