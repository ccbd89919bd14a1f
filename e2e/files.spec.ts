/**
 * @file A run is saved to files and opened again: metrics, adapter, base, train.py, verl’s folder, the whole run, a
 * chart; an invalid file is refused with a message.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import type { Page } from '@playwright/test';
import { parquetReadObjects } from 'hyparquet';
import { decodeCheckpoint, tokenizerFrom } from '../src/policy/checkpoint.ts';
import { unpacked as dense } from '../src/policy/quantize.ts';
import { addPeft, jsonOf, readFolder, tensorsOf } from '../testing/transformersFolder.ts';
import { saved, savedFiles } from './download.ts';
import { complaintsOf, expect, quick, Story, test } from './story.ts';

const PATIENCE = 240_000;
let page: Page;
let story: Story;
let complaints: string[];

test.describe.configure({ mode: 'serial', timeout: 600_000 });

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage({ acceptDownloads: true });
  complaints = complaintsOf(page);
  story = new Story(page);
  await story.open(`./?workers=1#${quick}&max_steps=1000`, PATIENCE);
  for (let step = 0; step < 3; step++) await story.oneStep(PATIENCE);
  await page.getByTestId('runs').click();
});

test.afterAll(() => page.close());

const saveAs = (kind: string) => saved(page, () => page.getByTestId(`save-${kind}`).click());

test('metrics as CSV and JSON lines equal the numbers of the chart', async () => {
  await page.getByTestId('run-files').click();
  const reward = Number(await story.last('reward'));
  const lines = readFileSync(await saveAs('jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Record<string, number> => JSON.parse(line));
  expect(lines.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(lines.at(-1)?.reward).toBe(reward);
  const [header = '', ...table] = readFileSync(await saveAs('csv'), 'utf8')
    .trim()
    .split('\r\n');
  expect(table.at(-1)?.split(',')[header.split(',').indexOf('reward')]).toBe(String(reward));
});

test('a script on Node reads the adapter back, and its logits differ from those without', async () => {
  const path = await saveAs('adapter');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'cli/adapter.ts', '--file', path, '--prompt', '21+6+8=', '--json'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { base, adapted }: { base: number[]; adapted: number[] } = JSON.parse(stdout);
  expect(adapted).toHaveLength(base.length);
  const difference = Math.max(...adapted.map((logit, index) => Math.abs(logit - (base[index] ?? 0))));
  expect(difference).toBeGreaterThan(1e-4);
});

const unpacked = (kind: string) => savedFiles(page, () => page.getByTestId(`save-${kind}`).click());

test('the base is the folder that the adapter names, and both together are the merged folder', async () => {
  const adapter = await unpacked('adapter');
  const name = String(jsonOf(adapter, 'adapter_config.json')['base_model_name_or_path']);
  const saved = await unpacked('base');
  const base = Object.fromEntries(Object.entries(saved).map(([path, bytes]) => [path.replace(`${name}/`, ''), bytes]));
  const shipped = decodeCheckpoint(new Uint8Array(readFileSync('public/policies/default.safetensors')));
  const back = await readFolder(base);
  expect(back.config).toEqual(shipped.config);
  expect(back.weights).toEqual(dense(shipped.weights));
  const tokenizer = new Tokenizer(jsonOf(base, 'tokenizer.json'), jsonOf(base, 'tokenizer_config.json'));
  expect(tokenizer.encode('21+6+8=').ids).toEqual(tokenizerFrom(shipped.tokenizer).encodePrompt('21+6+8='));
  const merged = await unpacked('merged');
  expect(Object.keys(merged)).toEqual(Object.keys(base));
  const weights = tensorsOf(merged, 'model.safetensors');
  expect(weights).toEqual(addPeft(base, adapter));
  expect(weights).not.toEqual(tensorsOf(base, 'model.safetensors'));
});

test('the folder for verl has its run, its reward and 512 problems in Parquet', async () => {
  const files = await unpacked('verl');
  expect(Object.keys(files)).toEqual(['run.sh', 'problems.parquet', 'reward.py']);
  expect(new TextDecoder().decode(files['run.sh'])).toContain('actor_rollout_ref.rollout.n=2 ');
  const [first, ...others] = await parquetReadObjects({
    file: files['problems.parquet']?.buffer as ArrayBuffer,
  });
  expect(others).toHaveLength(511);
  expect(first?.['prompt'][0].content).toContain(first?.['extra_info'].problem);
});

test('train.py has the run’s settings', async () => {
  expect(readFileSync(await saveAs('train'), 'utf8')).toMatch(/num_generations=2,[\s\S]*GRPOTrainer\(/);
});

test('a chart is saved as a picture, as SVG and PNG', async () => {
  const pick = (kind: string) =>
    saved(page, async () => {
      await page.getByTestId('save-reward').click();
      await page.getByRole('menuitem', { name: kind }).click();
    });
  const svg = readFileSync(await pick('SVG'), 'utf8');
  expect(svg).toMatch(/^<svg[^>]*>.*Reward.*<path/s);
  expect(svg).not.toContain('var(--');
  expect(
    readFileSync(await pick('PNG'))
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
});

test('a whole run opens from its file and continues; an invalid file is refused with a message', async () => {
  const path = await saveAs('run');
  const reward = await story.last('reward');
  await page
    .getByTestId('run-file')
    .setInputFiles({ name: 'photo.rollout', mimeType: 'application/octet-stream', buffer: Buffer.from('hello') });
  await expect(page.getByTestId('runs-problem')).toContainText(/photo\.rollout is no run that this page can open/);
  const changed = readFileSync(path);
  changed[changed.length - 9] = (changed[changed.length - 9] ?? 0) ^ 1;
  await page
    .getByTestId('run-file')
    .setInputFiles({ name: 'changed.rollout', mimeType: 'application/octet-stream', buffer: changed });
  await expect(page.getByTestId('runs-problem')).toContainText(/changed or damaged since it was saved/);
  await page.getByTestId('run-file').setInputFiles(path);
  await expect(page.getByTestId('run')).toHaveCount(2);
  await expect(page.getByTestId('runs-problem')).toHaveCount(0);
  const added = page.locator('[data-testid="run"][data-in-hand="false"]');
  await added.getByTestId('run-go-on').click();
  await story.expectStatus('loading');
  await story.expectStatus('paused', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '3');
  await expect.poll(() => story.last('reward')).toBe(reward);
});

test('a fork at an earlier step has the same weights: it repeats the same step', async () => {
  const reward = await story.last('reward');
  await page.locator('[data-testid="run"][data-in-hand="true"]').getByTestId('run-fork').click();
  await page.getByTestId('fork-step').fill('9');
  await page.getByTestId('fork-step').press('Enter');
  await expect(page.getByRole('alert')).toContainText('A whole number from 0 to 3.');
  await page.getByTestId('fork-step').fill('2');
  await page.getByTestId('fork-step').press('Enter');
  await story.expectStatus('loading');
  await story.expectStatus('paused', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  expect(await story.oneStep(PATIENCE)).toBe(reward);
  await expect(page.getByTestId('run').first()).toContainText(/fork of .+ at step 2/);
});

test('the page reported no errors', () => {
  expect(complaints).toEqual([]);
});
