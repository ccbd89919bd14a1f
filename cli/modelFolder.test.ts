/** @file Models in the hub's layout on the command line: continuations against plain loops, training, refusals. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { hubFolder, hubModels } from '../testing/hubFolder.ts';
import { plainLogits } from '../testing/plainTransformer.ts';
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import { UsageError } from '../src/lib/assert.ts';
import { continueText } from './generation.ts';
import { loadHubModel } from './languageModel.ts';
import { loadModelFolder } from './modelFolder.ts';
import { loadOrigin } from './policyOrigin.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = mkdtempSync(join(tmpdir(), 'rollout-models-'));
afterAll(() => rmSync(folders, { recursive: true }));

/** Writes a model, and returns its folder with the numbers in it. */
function written(model: string, options: Parameters<typeof hubFolder>[1] = {}) {
  const { files, ...rest } = hubFolder(model, options);
  const folder = mkdtempSync(join(folders, `${model.replaceAll(' ', '-')}-`));
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  return { folder, ...rest };
}

const run = (name: string, ...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', `cli/${name}.ts`, ...args], { cwd: root });

/** The first index of the largest number. */
const best = (logits: readonly number[]): number => logits.indexOf(Math.max(...logits));

/** `count` greedy ids after `ids`, by the loops. */
function greedy({ policy, weight }: ReturnType<typeof written>, ids: readonly number[], count: number): number[] {
  const all = [...ids];
  for (let i = 0; i < count; i++) all.push(best(plainLogits(policy, weight, all).at(-1) ?? []));
  return all.slice(ids.length);
}

const options = { prompt: 'the hello in 12', temperature: 0, steps: 30, seed: 1 };

describe.each(Object.keys(hubModels))('%s', (name) => {
  test('a greedy continuation is that of the loops', async () => {
    const model = written(name, { type: 'BF16', shards: 3, endIds: [299] });
    const runtime = await createNodeRuntime();
    const language = await loadHubModel(model.folder, {});
    const { promptIds, completionIds, text } = await continueText(runtime, language, options);
    await runtime.dispose();
    expect(promptIds).toEqual(language.tokenizer.encode(options.prompt));
    expect(completionIds).toEqual(greedy(model, promptIds, completionIds.length));
    expect(completionIds.length).toBeGreaterThan(10);
    expect(text.startsWith(options.prompt)).toBe(true);
  });
});

test('each of three end tokens ends a text', async () => {
  const free = written('qwen2', { endIds: [299] });
  const runtime = await createNodeRuntime();
  const { completionIds, promptIds } = await continueText(runtime, await loadHubModel(free.folder, {}), options);
  const ends = [...new Set(completionIds)].slice(0, 3);
  expect(ends).toHaveLength(3);
  for (const end of ends) {
    const others = [297, 298].filter((id) => id !== end);
    const { folder } = written('qwen2', { endIds: [...others, end] });
    const stopped = await continueText(runtime, await loadHubModel(folder, {}), options);
    expect(stopped).toMatchObject({ ended: true, promptIds });
    expect(stopped.completionIds).toEqual(completionIds.slice(0, completionIds.indexOf(end)));
  }
  await runtime.dispose();
});

test('on the command line the text is the same on both backends, and a conversation prints the reply', async () => {
  const { folder } = written('qwen3', { type: 'F16' });
  const flags = ['--model', folder, '--prompt', options.prompt, '--temperature', '0', '--steps', '30'];
  const [node, wasm, reply] = await Promise.all([
    run('generate', ...flags, '--backend', 'node'),
    run('generate', ...flags, '--backend', 'wasm'),
    run('generate', ...flags.with(-1, '60'), '--chat'),
  ]);
  expect(node.stdout).toBe(wasm.stdout);
  expect(node.stdout.startsWith(options.prompt)).toBe(true);
  const runtime = await createNodeRuntime();
  const language = await loadHubModel(folder, { isChat: true });
  const { promptIds, completionIds } = await continueText(runtime, language, { ...options, steps: 60 });
  await runtime.dispose();
  expect(language.tokenizer.spell(promptIds)).toBe(
    `<|im_start|>user\n${options.prompt}<|im_end|>\n<|im_start|>assistant\n`,
  );
  expect(reply.stdout).toBe(`${language.tokenizer.decode(completionIds)}\n`);
}, 60_000);

const sizes = '--eval_problems 8 --eval_samples 1 --prompts_per_step 2 --num_generations 4 --json -';
const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a model is trained, and the summary names it', async () => {
  const { folder } = written('llama');
  const { stdout, stderr } = await run(
    'train',
    '--model',
    folder,
    '--task',
    'sums',
    '--steps',
    '2',
    ...sizes.split(' '),
  );
  expect(stderr).toMatch(/^ {2}Keys and values +.*, 8 completions at once$/m);
  expect(stderr).toMatch(/^ {2}Memory at most +about [\d.]+\u202f[MG]B of the [\d.]+\u202f[MG]B of this machine$/m);
  expect(stderr).toMatch(/^ {2}A step +about .* GFLOP\/s, measured now$/m);
  const { manifest } = (await loadModelFolder(folder, {})).checkpoint;
  expect(lines(stdout).at(-1)).toMatchObject({ steps: 2, policy: manifest.id, policyHash: manifest.sha256 });
}, 60_000);

test('a preset of the hub trains a model in its chat template on a task asked in words', async () => {
  const { folder } = written('llama', { positions: 512 });
  const { stdout } = await run(
    'train',
    ...`--preset smollm2-135m --model ${folder} --task letters --steps 1 ${sizes}`.split(' '),
  );
  const [step, summary] = lines(stdout);
  // Random weights write no tags: no reward, and a sampled completion nearly never ends early.
  expect(step).toMatchObject({ step: 0, reward: expect.any(Number) });
  const { manifest } = (await loadModelFolder(folder, { isChat: true })).checkpoint;
  expect(manifest.sha256).not.toBe((await loadModelFolder(folder, {})).checkpoint.manifest.sha256);
  expect(summary).toMatchObject({ steps: 1, task: 'letters', policyHash: manifest.sha256 });
}, 60_000);

test('a task asked in words is refused for a shipped base, and where the rows of a model are too short', async () => {
  const refusal = async (...flags: string[]) =>
    run('train', '--task', 'letters', ...flags).catch(({ stderr }: { stderr: string }) => stderr);
  expect(await refusal()).toContain(
    'task: letters is asked in words, which the base default cannot read; open an instruction-tuned model (under Base policy on the page, by --model DIR and --chat on the command line)',
  );
  const { folder } = written('llama');
  expect(await refusal('--model', folder, '--chat')).toMatch(
    /prompts of \d+ and completions of \d+ tokens do not fit the 96/,
  );
}, 60_000);

test('a model that does not fit is refused before a second file is read', async () => {
  const folder = mkdtempSync(join(folders, 'huge-'));
  const { json } = hubModels.llama as (typeof hubModels)[string];
  const sizes = { hidden_size: 65_536, num_hidden_layers: 400, intermediate_size: 262_144 };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...json, ...sizes }));
  const refusal = /^--model .*: With 4 bits this model needs about \S+\u00a0GB of memory, and this machine has \d+/;
  await expect(loadModelFolder(folder, {})).rejects.toThrow(refusal);
  await expect(loadHubModel(folder, { bits: 4 })).rejects.toThrow(refusal);
  await expect(loadHubModel(folder, { bits: 4 })).rejects.toBeInstanceOf(UsageError);
});

describe('refusals name the flag', () => {
  const none = { policy: undefined, base: undefined, model: undefined, bits: undefined, chat: false };
  test.each([
    [{ ...none, model: join(folders, 'nowhere') }, /^--model: .*nowhere is no folder$/],
    [{ ...none, model: folders }, /^--model .*: the folder has no config\.json$/],
    [{ ...none, model: folders, base: 'default' }, /^--model and --base: a run has one base$/],
    [{ ...none, base: 'nope' }, /^--base: there is no "nope"; choose /],
    [{ ...none, policy: 'nope' }, /^--policy: there is no "nope"; choose /],
    [{ ...none, bits: 4 as const }, /^--bits: it belongs to --model$/],
    [{ ...none, chat: true }, /^--chat: it belongs to --model$/],
  ])('%j', async (values, message) => {
    const error: unknown = await loadOrigin(values, () => 'default').catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
  });
});
