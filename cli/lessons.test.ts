/** @file `npm run lessons -- --file` as a process: it trains the runs of a lesson file, and names the field of a bad one. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { lessonFile } from '../testing/lessonFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-lessons-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Exit code and both output streams of the command on a file. */
const lessons = (content: unknown) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const path = join(folder, 'lesson.json');
    writeFileSync(path, JSON.stringify(content));
    execFile(
      process.execPath,
      [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'cli/lessons.ts'), '--file', path, '--seeds', '1'],
      { cwd: root },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

test('the runs of a lesson file are trained and answered, with numbers of the last update', async () => {
  const [, one] = lessonFile.steps;
  const settings = 'seed=1&num_generations=2&prompts_per_step=1&warmup_steps=0&learning_rate=0.0002&max_steps=1';
  const reading = { metric: 'reward' };
  const only = { ...one, settings, readings: { ...one.readings, reward: reading } };
  const { code, stdout } = await lessons({ ...lessonFile, steps: [only], learnt: ['So.'] });
  expect(code).toBe(0);
  expect(stdout).toMatch(/own-[0-9a-f]{16} \/ one, seed 1: yes\. From 26\.\d.% to 3\d.%, reward 0\.500\./);
}, 30_000);

test('a bad file is refused with flag, file and field', async () => {
  const { code, stdout, stderr } = await lessons({ ...lessonFile, steps: [{ ...lessonFile.steps[0], id: 'No' }] });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^lessons: --file .*lesson\.json: steps\[0\]\.id: a name is a word of small letters/);
}, 30_000);
