/**
 * @file Files in the form of GSM8K (arXiv 2110.14168) on the command line: questions in words, and answers that work in
 * lines with calculator annotations and end in `####` and a number. Profiled, trained on and exported.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parquetReadObjects } from 'hyparquet';
import { hubFolder } from '../testing/hubFolder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rollout-gsm8k-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (name: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `cli/${name}.ts`, ...args], { cwd: root });
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Writes rows as JSON lines; every fourth is for the test. */
function written(name: string, rows: readonly { readonly question: string; readonly answer: string }[]): string {
  const path = join(folder, name);
  const lines = rows.map((row, i) => JSON.stringify({ ...row, split: i % 4 === 0 ? 'test' : 'train' }));
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** Questions that only a tokenizer of bytes can read; numbers have commas, as in GSM8K. */
const clips = written(
  'clips.jsonl',
  Array.from({ length: 8 }, (_, i) => ({
    question: `Natalia sold ${i} clips in April, and 1,000 in May – “how many” altogether?\nShow your work.`,
    answer: `She sold ${i}+1000 = <<${i}+1000=${1000 + i}>>1,00${i} clips.\n#### 1,00${i}`,
  })),
);
const model = join(folder, 'model');
mkdirSync(model);
for (const [name, bytes] of hubFolder('llama').files) writeFileSync(join(model, name), bytes);
// The words of a question take more tokens than the longest sequence of the small model.
const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as object;
writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 256 }));
const flags = ['--data', clips, '--checker', 'number', '--model', model];

test('is profiled: the number after #### is the answer, and the working gives the length', async () => {
  const { stdout, stderr } = await run('profile', ...flags, '--json', '-');
  expect(stderr).toContain('8 rows of JSON lines: question and answer with ####, as in GSM8K.');
  expect(stderr).toContain('The checker accepts the own answer of each of the 8 rows that were tried.');
  const [profile] = jsonLines(stdout);
  expect(profile).toMatchObject({ problems: 6, samples: 64 });
  expect(profile?.completionLength).toBeGreaterThan('She sold 7+1000 = <<7+1000=1007>>1,007 clips.'.length);
}, 120_000);

test('trains a base that can write the answers, and is measured on its test', async () => {
  const sums = Array.from({ length: 40 }, (_, i) => {
    const [a, b, c] = [10 + i, 1 + (i % 9), 1 + (i % 7)];
    return { question: `${a}+${b}+${c}=`, answer: `${a}+${b}=<<${a}+${b}=${a + b}>>${a + b}\n#### ${a + b + c}` };
  });
  const path = written('sums.jsonl', sums);
  const sizes = '--steps 2 --num_generations 8 --prompts_per_step 4 --eval_samples 2 --seed 3';
  const { stdout } = await run('train', '--data', path, '--checker', 'number', ...sizes.split(' '), '--json', '-');
  const lines = jsonLines(stdout);
  expect(lines.at(-1)).toMatchObject({ problems: 10, steps: 2 });
  expect(lines.slice(0, 2).every(({ reward }) => Number(reward) > 0)).toBe(true);
}, 60_000);

test('trains a model of the hub, and is exported for TRL and for verl with its numbers', async () => {
  const sizes = '--steps 1 --num_generations 4 --prompts_per_step 2 --eval_problems 8 --eval_samples 1';
  const outs = ['trl', 'verl'].map((to) => join(folder, to));
  const [trained] = await Promise.all([
    run('train', ...flags, ...sizes.split(' '), '--json', '-'),
    ...outs.map((out) => run('export', ...flags, '--to', out === outs[0] ? 'trl' : 'verl', '--out', out)),
  ]);
  expect(jsonLines(trained.stdout).at(-1)).toMatchObject({ steps: 1, problems: 2 });
  const [trl = '', verl = ''] = outs;
  const answers = jsonLines(readFileSync(join(trl, 'problems.jsonl'), 'utf8')).map(({ answer }) => answer);
  expect(answers).toEqual(['1001', '1002', '1003', '1005', '1006', '1007']);
  const parquet = readFileSync(join(verl, 'problems.parquet'));
  const rows = await parquetReadObjects({ file: Uint8Array.from(parquet).buffer });
  expect(rows.map(({ reward_model: { ground_truth: truth } }) => truth)).toEqual(answers);
}, 120_000);
