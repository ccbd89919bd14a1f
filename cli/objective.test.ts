/** @file `npm run objective` as a process: its output for a file, and its error for an invalid one. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'rollout-objective-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Exit code and both output streams of the command. */
const objective = (...args: readonly string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'cli/objective.ts'), ...args],
      { cwd: root },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

const input = fileWith('batch.json', JSON.stringify({ logp: [[-1, -2]], advantages: [1], settings: { sharpness: 3 } }));

test('--text evaluates an objective from a file, with the settings of GRPO by default', async () => {
  const { code, stdout } = await objective(
    '--text',
    fileWith('own.txt', 'setting sharpness = 2 in 0 .. 5\n-A * sharpness * logp\n'),
    '--input',
    input,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ loss: 4.5, grad: [[-1.5, -1.5]] });
});

test('an invalid text is reported with flag, file, line and column', async () => {
  const path = fileWith('wrong.txt', '# Two faults.\n-A * lgp + bete * k3\n');
  const { code, stdout, stderr } = await objective('--text', path, '--input', input);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    [
      `objective: --text: ${path}, line 2, column 6: There is no “lgp” here. Is logp meant?`,
      `--text: ${path}, line 2, column 12: There is no “bete” here. Is beta meant?\n`,
    ].join('\n'),
  );
});
