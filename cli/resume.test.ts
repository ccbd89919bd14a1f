/**
 * @file A killed run of `train` resumes from its saved state and ends as if uninterrupted, to the last bit; drafts of
 * dead processes are removed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { presetConfig } from '../src/rl/config/presets.ts';
import { scriptChecker } from '../src/rl/sandbox/script.ts';
import { fileTask } from '../src/tasks/file.ts';
import { openTask } from '../src/tasks/index.ts';
import { tinyPolicy } from './fixture.ts';
import { isTimeField, trainRun } from './trainRun.ts';
import type { RunRequest, StepLine, KeptState } from './trainRequest.ts';
import { decodeTraining, encodeTraining, loadTraining, requestHash } from './trainState.ts';

const folder = mkdtempSync(join(tmpdir(), 'resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = fileURLToPath(new URL('..', import.meta.url));
const flags = [
  '--preset',
  'exact-seq',
  '--steps',
  '60',
  '--prompts_per_step',
  '2',
  '--num_generations',
  '4',
  '--lora_rank',
  '2',
  '--eval_problems',
  '8',
  '--eval_samples',
  '1',
  '--seed',
  '815',
];

const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
const timeless = (line: string) =>
  Object.fromEntries(Object.entries(JSON.parse(line) as object).filter(([name]) => !isTimeField(name)));

/** Runs `train` to its end, or kills it after `killAfter` lines; returns its output. */
function train(
  json: string,
  more: readonly string[],
  killAfter = Infinity,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/train.ts', ...flags, ...more, '--json', json], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const watch = setInterval(() => {
    if (linesOf(json).length >= killAfter) child.kill('SIGKILL');
  }, 5);
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, stderr });
    }),
  );
}

test(
  'killed in the middle and resumed, a run has the lines and the adapter of an uninterrupted one',
  { timeout: 120_000 },
  async () => {
    const [calm, broken] = [join(folder, 'calm.jsonl'), join(folder, 'broken.jsonl')];
    expect((await train(calm, [])).code).toBe(0);
    const whole = linesOf(calm);
    expect(whole).toHaveLength(61);

    expect((await train(broken, [], 25)).code).toBeNull();
    const before = linesOf(broken).length;
    expect(before).toBeLessThan(60);
    const resumed = await train(broken, ['--resume']);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/going on from step [2-5]0/) });
    expect(linesOf(broken).map(timeless)).toEqual(whole.map(timeless));
    expect(timeless(whole[60] as string)).toMatchObject({
      summary: true,
      steps: 60,
      adapterHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    // A finished run leaves no state to resume from.
    const anew = await train(join(folder, 'anew.jsonl'), ['--resume'], 1);
    expect(anew.stderr).toContain('No run with these flags and of this version is saved');
  },
);

const policy = await tinyPolicy();
const request: RunRequest = {
  preset: 'default',
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 8,
  evalSamples: 1,
  config: {
    ...presetConfig('default'),
    policy: 'tiny',
    seed: 5,
    maxSteps: 24,
    evalEvery: 0,
    numGenerations: 4,
    promptsPerStep: 2,
    shardSize: 8,
    rank: 2,
    alpha: 4,
    difficulty: 2,
    rollouts: 'replay',
    beta: 0.05,
  },
};

test('a stopped run resumes at the same step, with its kept rollouts, moments and budget', async () => {
  const keep = (name: string, resume: boolean): KeptState => ({
    path: join(folder, name),
    request: requestHash(request, '1'),
    resume,
  });
  const ran = async (changes: Partial<RunRequest>, steps = Infinity) => {
    const lines: StepLine[] = [];
    const { summary, adapter } = await trainRun(
      { ...request, ...changes },
      { step: (line) => lines.push(line), resumed: (done) => lines.push(...done), stop: () => lines.length >= steps },
    );
    return {
      lines: lines.map((line) => timeless(JSON.stringify(line))),
      adapter,
      ended: summary.ended,
      tokens: summary.tokens,
    };
  };
  const whole = await ran({});
  expect(await ran({ keep: keep('stopped', true) }, 13)).toMatchObject({ ended: 'interrupt' });
  const saved = loadTraining(keep('stopped', true));
  expect(saved).toMatchObject({ snapshot: { step: 13 } });
  expect(saved?.snapshot.kept?.length).toBeGreaterThan(0);
  expect(await ran({ keep: keep('stopped', true) })).toEqual(whole);
  // Without --resume the run begins anew and ignores a saved state.
  expect(loadTraining(keep('stopped', false))).toBeNull();
});

test('a state of other flags, or a damaged one, is refused with a message', () => {
  const saved = loadTraining({ path: join(folder, 'stopped'), request: requestHash(request, '1'), resume: true });
  if (!saved) throw new Error('the test before saves it');
  const bytes = encodeTraining('a', saved);
  expect(decodeTraining('a', bytes)).toEqual(saved);
  expect(() => decodeTraining('b', bytes)).toThrow(
    'training state: it is of a run with other flags; start anew without --resume',
  );
  expect(() => decodeTraining('a', encodeTraining('a', { ...saved, lines: [] }))).toThrow(
    `training state: 0 lines of ${saved.snapshot.step} steps`,
  );
  expect(() => decodeTraining('a', bytes.subarray(0, -8))).toThrow(/truncated/);
  expect(() => decodeTraining('a', policy.bytes)).toThrow('training state: it has no header');
  const other = { ...request, config: { ...request.config, seed: 6 } };
  expect(
    new Set([
      requestHash(request, '1'),
      requestHash(request, '2'),
      requestHash(other, '1'),
      requestHash({ ...request, evalSamples: 2 }, '1'),
    ]).size,
  ).toBe(4);
});

test('a state that cannot be written is reported, and the run continues', async () => {
  writeFileSync(join(folder, 'file'), '');
  const problems: string[] = [];
  const keep = { path: join(folder, 'file', 'state'), request: 'a', resume: false };
  const { summary } = await trainRun(
    { ...request, config: { ...request.config, maxSteps: 11 }, keep },
    { unsaved: (why) => problems.push(why) },
  );
  expect(summary.steps).toBe(11);
  expect(problems).toEqual([expect.stringMatching(/^the training state: .*state cannot be written/)]);
});

test('a run whose checker fails is saved after its last step, and resumes there', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({
    prompt: `1+${i}=`,
    answer: 1 + i,
    split: i < 8 ? 'train' : 'test',
  }));
  const bytes = new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n'));
  // One of the eight prompts for training, which the first steps do not ask.
  const task = await fileTask(bytes, scriptChecker('(c, row) => (row.answer === "4" ? row.none.length : 0.5)'));
  openTask(task);
  const config = { ...request.config, task: task.id, difficulty: 1, promptsPerStep: 1, rewardWeights: {} };
  const keep = { path: join(folder, 'checker'), request: 'checker', resume: true };
  const failed = async () => {
    const told: number[] = [];
    const listener = {
      kept: (steps: number) => told.push(steps),
      resumed: (lines: readonly StepLine[]) => told.push(-lines.length),
    };
    await expect(trainRun({ ...request, config, keep }, listener)).rejects.toThrow(
      'the checker failed: line 1: TypeError',
    );
    return told;
  };
  const [steps = 0] = await failed();
  expect(steps).toBeGreaterThan(0);
  expect(await failed()).toEqual([-steps, steps]);
});
