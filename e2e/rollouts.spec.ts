/**
 * @file Rollouts are saved to a file and opened again, offline and with replay; the run names its file, asks for it if
 * it is missing, and accepts no other.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectNothingSerious } from './axe.ts';
import { saved } from './download.ts';
import { expect, quick, Story, test } from './story.ts';

const PATIENCE = 240_000;
const settings = `${quick}&max_steps=1000`;

test.describe.configure({ timeout: 900_000 });

async function trainSteps(story: Story, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await story.oneStep(PATIENCE);
}

/** Saves the rollouts of the current run; returns the file and the page's sentence about it. */
async function saveRollouts(page: Page): Promise<{ path: string; said: string }> {
  if ((await page.getByTestId('runs').getAttribute('aria-expanded')) === 'false')
    await page.getByTestId('runs').click();
  const line = page.locator('[data-testid="run"][data-in-hand="true"]').getByTestId('run-files');
  if ((await line.getAttribute('aria-pressed')) !== 'true') await line.click();
  const path = await saved(page, () => page.getByTestId('save-rollouts').click());
  await expect(page.getByTestId('save-said')).not.toHaveText('');
  return { path, said: await page.getByTestId('save-said').innerText() };
}

/** Sets Rollouts to the store and opens its fold. */
async function offlineSettings(page: Page): Promise<void> {
  const fold = page.getByTestId('fold-algorithm');
  if ((await fold.getAttribute('open')) === null) await fold.locator('summary').click();
  await page.getByTestId('choice-rollouts').selectOption('offline');
}

const fact = (page: Page, name: string) => page.getByTestId('store-file').locator(`[data-fact="${name}"]`);

interface Line {
  readonly step: number;
  readonly verdict: { readonly correct: boolean };
}
const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line): Line => JSON.parse(line));
const rightIn = (path: string): string => {
  const lines = linesOf(path);
  return `${Math.round((100 * lines.filter(({ verdict }) => verdict.correct).length) / lines.length)}\u202f%`;
};

/** Trains on the command line from a file; returns its last line. */
function trainOnNode(path: string, ...flags: string[]): Record<string, unknown> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      'cli/train.ts',
      '--offline',
      path,
      '--json',
      '-',
      '--num_generations',
      '2',
      '--prompts_per_step',
      '2',
      '--difficulty',
      '2',
      '--max_steps',
      '1',
      '--eval_problems',
      '8',
      '--eval_samples',
      '1',
      ...flags,
    ],
    { encoding: 'utf8' },
  );
  expect([status, stderr.match(/line \d+.*/)?.[0]]).toEqual([0, undefined]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('the rollouts of a replay run and an offline run are saved, opened again and trained from, with the same numbers', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${settings}&rollouts=replay`, PATIENCE);
  await trainSteps(story, 3);
  const replayed = await saveRollouts(page);
  expect(replayed.said).toMatch(/^Saved: the 8 completions of steps 1 to 3/);
  // Two fresh groups of two at first; then one fresh and one kept group in each step.
  expect(linesOf(replayed.path).map(({ step }) => step)).toEqual([0, 0, 0, 0, 1, 1, 2, 2]);
  expect(trainOnNode(replayed.path)).toMatchObject({ summary: true, config: { rollouts: 'offline' } });

  await offlineSettings(page);
  await page.getByTestId('knob-set.offline_prompts').fill('6');
  await page.getByTestId('knob-set.offline_prompts').press('Enter');
  await page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready', PATIENCE);
  await trainSteps(story, 2);
  const reward = await story.last('reward');
  const { path, said } = await saveRollouts(page);
  expect(said).toBe('Saved: the 12 rollouts that the run learns from.');

  await page.getByTestId('store-choose').setInputFiles(path);
  await expect(fact(page, 'holds')).toContainText('12 rollouts: 6 groups of 2');
  await expect(fact(page, 'right')).toHaveText(rightIn(path));
  await expect(fact(page, 'writer')).toContainText('“default” at temperature 1');
  await expect(page).toHaveURL(/rollout_file=[0-9a-f]{64}/);
  await page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready', PATIENCE);
  await trainSteps(story, 2);
  // The same rollouts in the same order: the run from the file equals the run for which the base wrote them.
  expect(await story.last('reward')).toBe(reward);
  const again = await saveRollouts(page);
  expect(readFileSync(again.path).equals(readFileSync(path))).toBe(true);
  await expect(page.getByTestId('run').first()).toContainText(/Store the base’s → file [0-9a-f]{8}…/);
  await expectNothingSerious(page, 'a store from a file');

  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  await expect(fact(page, 'holds')).toContainText('12 rollouts: 6 groups of 2');
  await trainSteps(story, 1);
});

test('a broken file is refused by line and field, one that does not fit with an offer, and nothing is lost', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${settings}&rollouts=offline&set.offline_prompts=4`, PATIENCE);
  await trainSteps(story, 2);
  const { path } = await saveRollouts(page);
  const reward = await story.last('reward');
  await offlineSettings(page);
  const text = readFileSync(path, 'utf8');
  const broken = join(path, '..', 'broken.jsonl');
  const refused = async (content: string, words: RegExp) => {
    writeFileSync(broken, content);
    await page.getByTestId('store-choose').setInputFiles(broken);
    await expect(page.getByTestId('store-problem')).toContainText(words);
  };
  await refused('hello\n', /broken\.jsonl cannot be used: line 1: it is not whole JSON/);
  await refused(text.slice(0, -30), /line 9: it is not whole JSON/);
  await refused(text.replace('"terminated":true', '"terminated":7'), /line \d: terminated: /);
  await refused(text.replace(/"logprobs":\[-?/, '"logprobs":[-1'), /line 1: sha256: the lines were changed/);
  await refused(text.replace('"task":"sums"', '"task":"poems"'), /a task that this page does not have \(poems\)/);
  await expectNothingSerious(page, 'a refused file');
  expect(await story.last('reward')).toBe(reward);
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  await trainSteps(story, 1);

  await story.setKnob('num_generations', '4');
  await page.getByTestId('task').selectOption('chain');
  await page.getByTestId('store-choose').setInputFiles(path);
  await expect(page.getByTestId('store-problem')).toContainText('it holds problems of Sums');
  await page.getByTestId('store-fit').click();
  await expect(fact(page, 'holds')).toContainText('8 rollouts: 4 groups of 2');
  await expect(page.getByTestId('task')).toHaveValue('sums');
  await expect(story.knob('num_generations')).toHaveValue('2');
  await page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready', PATIENCE);
  await trainSteps(story, 1);
});

test('a link names the file without containing it: the page asks for it, refuses another, and opens with the right one', async ({
  page,
  story,
  browser,
}) => {
  await story.open(`./?workers=1#${settings}&rollouts=offline&set.offline_prompts=4`, PATIENCE);
  await trainSteps(story, 1);
  const { path } = await saveRollouts(page);
  await offlineSettings(page);
  await page.getByTestId('store-choose').setInputFiles(path);
  await expect(page.getByTestId('store-file')).toBeVisible();
  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-missing')).toContainText(/names it by its SHA-256.*does not hold it/s);
  const link = await page.getByTestId('share-link').inputValue();

  const other = new Story(await (await browser.newContext()).newPage());
  await other.page.goto(link);
  await expect(other.error).toHaveAttribute('data-code', 'rollout-file', { timeout: PATIENCE });
  await expect(other.error).toContainText(
    /learns from the file of rollouts with SHA-256 [0-9a-f]{64}, which is not here.*What was kept: \S.+What to do: \S.+/s,
  );
  await expectNothingSerious(other.page, 'a file that is not here');
  const changed = join(path, '..', 'other.jsonl');
  writeFileSync(changed, readFileSync(path, 'utf8').replace('"policy":"default"', '"policy":"somebody"'));
  await other.page.getByTestId('needed-file').setInputFiles(changed);
  await expect(other.page.getByTestId('store-problem')).toContainText(
    /other\.jsonl is another file: its SHA-256 begins with/,
  );
  await other.page.getByTestId('needed-file').setInputFiles(path);
  await other.expectStatus('ready', PATIENCE);
  await expect(other.error).toHaveCount(0);
  await trainSteps(other, 1);
  await other.page.context().close();
});
