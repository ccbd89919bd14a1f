/** @file `npm run export` as a process: the files of each library from flags and from a run file, and its errors. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { addPeft, type Files, tensorsOf } from '../testing/transformersFolder.ts';
import { encodeRun } from '../src/app/files/runFile.ts';
import { fakeKeptRun } from '../src/app/fixture/fakeRun.ts';
import { sha256Hex } from '../src/lib/sha256.ts';
import { readArchive } from '../src/lib/zip.ts';
import { defaultConfig } from '../src/rl/config/config.ts';
import { fileTaskId } from '../src/tasks/fileId.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const root = dirname(dirname(fileURLToPath(import.meta.url)));

const run = (name: string, ...args: readonly string[]): string =>
  execFileSync(process.execPath, ['--import', 'tsx', `cli/${name}.ts`, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: 'pipe',
  });
const exported = (...args: readonly string[]): string => run('export', ...args);

test.each([
  ['trl', ['train.py']],
  ['verl', ['problems.parquet', 'reward.py', 'run.sh']],
])('--to %s', (library, names) => {
  const out = join(folder, library);
  const printed = exported('--preset', 'countdown', '--learning_rate', '0.0007', '--to', library, '--out', out);
  expect(readdirSync(out).toSorted()).toEqual(names);
  expect(printed.trim().split('\n').toSorted()).toEqual(names.map((name) => join(out, name)));
  const text = names.map((name) => readFileSync(join(out, name), 'utf8')).join('\n');
  expect(text).toMatch(/(learning_rate|optim\.lr)=0\.0007/);
});

const runFile = 'testing/fixtures/0430edd/replay.rollout';
const filesIn = (out: string): Files =>
  Object.fromEntries(readdirSync(out).map((name) => [name, new Uint8Array(readFileSync(join(out, name)))]));
const exportedTo = (out: string, ...args: readonly string[]): Files => {
  exported(...args, '--out', join(folder, out));
  return filesIn(join(folder, out));
};

test('a run file for each library: its adapter, its base, both merged, and its settings', () => {
  const adapter = exportedTo('run-peft', '--run', runFile, '--to', 'peft');
  const saved = readArchive(new Uint8Array(readFileSync('testing/fixtures/0430edd/replay-adapter.zip')));
  expect(adapter).toEqual(Object.fromEntries(saved.map(({ name, bytes }) => [name, bytes])));
  const base = exportedTo('run-base', '--run', runFile, '--to', 'transformers');
  expect(base).toEqual(exportedTo('base', '--policy', 'exact-seq', '--to', 'transformers'));
  expect(Object.keys(base)).toEqual([
    'config.json',
    'generation_config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  const merged = exportedTo('run-merged', '--run', runFile, '--to', 'transformers', '--merged');
  expect(tensorsOf(merged, 'model.safetensors')).toEqual(addPeft(base, adapter));
  expect(merged['model.safetensors']).not.toEqual(base['model.safetensors']);
  const script = new TextDecoder().decode(
    exportedTo('run-trl', '--run', runFile, '--to', 'trl')['train.py'] as Uint8Array,
  );
  expect(script).toContain('The run "gentle-shrew" of Rollout');
  expect(script).toContain('r=1, lora_alpha=2,');
}, 60_000);

test('an adapter of the command line, alone and merged', () => {
  const from = ['--adapter', 'testing/fixtures/0430edd/adapter.safetensors', '--policy', 'exact-seq'];
  const adapter = exportedTo('saved-peft', ...from, '--to', 'peft');
  const base = exportedTo('saved-base', '--policy', 'exact-seq', '--to', 'transformers');
  const merged = exportedTo('saved-merged', ...from, '--to', 'transformers', '--merged');
  expect(tensorsOf(merged, 'model.safetensors')).toEqual(addPeft(base, adapter));
  expect(merged['model.safetensors']).not.toEqual(base['model.safetensors']);
  expect(() => exported('--adapter', 'package.json', '--to', 'peft', '--out', folder)).toThrow(
    /--adapter package\.json: safetensors/,
  );
}, 60_000);

test('a base that is exported and opened again writes the same rollouts, bit for bit', () => {
  const base = join(folder, 'again');
  exported('--policy', 'echo-even-small', '--to', 'transformers', '--out', base);
  const rollouts = (...origin: readonly string[]): string => {
    const out = join(folder, 'rollouts.jsonl');
    const sizes = ['--rollouts', 'offline', '--algorithm', 'grpo', '--num_generations', '4', '--prompts_per_step', '2'];
    run('rollouts', '--task', 'formats', '--set', 'offline_prompts=4', ...sizes, ...origin, '--json', out);
    return readFileSync(out, 'utf8').split('\n').slice(1).join('\n');
  };
  const expected = rollouts('--policy', 'echo-even-small');
  expect(expected).toContain('"logprobs":[-');
  expect(rollouts('--model', base)).toBe(expected);
}, 60_000);

test('a data file, also one that the base could not write', () => {
  const file = join(folder, 'capitals.jsonl');
  writeFileSync(
    file,
    ['Train', 'Test']
      .map((prompt) => JSON.stringify({ prompt: `${prompt}: ÄÖ?`, answer: '12', split: prompt.toLowerCase() }))
      .join('\n'),
  );
  const { 'problems.jsonl': problems, 'train.py': script } = exportedTo('own', '--data', file, '--checker', 'number');
  expect(JSON.parse(new TextDecoder().decode(problems as Uint8Array))).toEqual({
    prompt: [{ role: 'user', content: 'Train: ÄÖ?' }],
    problem: 'Train: ÄÖ?',
    answer: '12',
    difficulty: 1,
  });
  expect(new TextDecoder().decode(script as Uint8Array)).toContain('def ungrouped(text):');
});

test('a run file on a data file, which must be named beside it', () => {
  const file = join(folder, 'own.jsonl');
  writeFileSync(file, '{"prompt":"1+1=","answer":"2","split":"train"}\n{"prompt":"2+1=","answer":"3","split":"test"}');
  const task = fileTaskId({ checker: 'number', data: sha256Hex(new Uint8Array(readFileSync(file))) });
  const own = join(folder, 'own.rollout');
  const kept = fakeKeptRun({ ...defaultConfig, task, difficulty: 1, rank: 3 });
  writeFileSync(own, encodeRun({ run: kept, rows: [], snapshots: [] }));
  const { 'problems.jsonl': problems, 'train.py': script } = exportedTo(
    'own-run',
    '--run',
    own,
    '--data',
    file,
    '--checker',
    'number',
  );
  expect(String(new TextDecoder().decode(problems as Uint8Array))).toContain('"problem":"1+1="');
  expect(new TextDecoder().decode(script as Uint8Array)).toContain('r=3, lora_alpha=');
  expect(() => exported('--run', own, '--out', folder)).toThrow(
    /--run .*own\.rollout: .*in a file with SHA-256 [0-9a-f]{64}, which is not open here/,
  );
});

test.each<[string, readonly string[], RegExp]>([
  ['an unknown library', ['--to', 'nowhere'], /--to: one of trl, verl, peft, transformers is needed, not "nowhere"/],
  ['an adapter without a run', ['--to', 'peft'], /--run or --adapter: --to peft writes an adapter/],
  [
    'merged weights without a run',
    ['--to', 'transformers', '--merged'],
    /--run or --adapter: --merged adds an adapter/,
  ],
  ['merged weights of a script', ['--merged'], /--merged: it belongs to --to transformers/],
  [
    'a flag beside a run file',
    ['--run', runFile, '--learning_rate', '0.01'],
    /--learning_rate: the settings of a run in a file/,
  ],
  [
    'another base',
    ['--run', runFile, '--to', 'transformers', '--merged', '--policy', 'text'],
    /--run .*: the run was trained on the base "exact-seq" with the SHA-256/,
  ],
  [
    'a data file of another task',
    ['--run', runFile, '--data', 'testing/fixtures/gsm8k-form.parquet'],
    /--data: the run in testing.* is of the task exact-seq, not of this file/,
  ],
  [
    'a file that is no run',
    ['--run', 'package.json', '--to', 'trl'],
    /--run package\.json: it is another kind of file/,
  ],
])('refused: %s', (_, args, message) => {
  expect(() => exported(...args, '--out', folder)).toThrow(message);
});
