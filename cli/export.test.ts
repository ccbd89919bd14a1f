/** @file `npm run export` as a process: the files of each library, and its error for a library that is not there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'rollout-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const exported = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'cli/export.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: 'pipe',
  });

test.each([
  ['trl', ['train.py']],
  ['verl', ['data.py', 'reward.py', 'run.sh']],
])('--to %s', (library, names) => {
  const out = join(folder, library);
  const printed = exported('--preset', 'countdown', '--learning_rate', '0.0007', '--to', library, '--out', out);
  expect(readdirSync(out).toSorted()).toEqual(names);
  expect(printed.trim().split('\n').toSorted()).toEqual(names.map((name) => join(out, name)));
  const text = names.map((name) => readFileSync(join(out, name), 'utf8')).join('\n');
  expect(text).toMatch(/(learning_rate|optim\.lr)=0\.0007/);
});

test('a library that is not there', () => {
  expect(() => exported('--to', 'nowhere', '--out', folder)).toThrow(/--to: one of trl, verl is needed, not "nowhere"/);
});
