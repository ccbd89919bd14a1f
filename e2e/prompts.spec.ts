/**
 * @file Choice of prompts: a bandit over difficulties with its charts, a prior prompt with and without which accuracy
 * is measured, an erring verifier; also by keyboard.
 */
import { readFileSync } from 'node:fs';
import { expectNothingSerious } from './axe.ts';
import { saved } from './download.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 240_000;
const measured = `${quick.replace('eval_every=0', 'eval_every=1')}&eval_problems=8&max_steps=1000`;

test.describe.configure({ timeout: 600_000 });

test('the SEC bandit, chosen by keyboard, trains, and charts are split by level', async ({ page, story }) => {
  await story.open(`./?workers=1#${measured.replace('difficulty=2', 'difficulty=4')}`, PATIENCE);
  const fold = page.getByTestId('fold-prompts');
  await fold.locator('summary').focus();
  await page.keyboard.press('Enter');
  const choice = page.getByTestId('choice-prompt_sampler');
  // Settings of other prompt samplers are hidden.
  for (const id of ['sec_temperature', 'pass_rate_min', 'prompt_pool', 'lowest_difficulty'])
    await expect(story.knob(id)).toHaveCount(0);
  await choice.focus();
  await page.keyboard.type('SEC');
  await expect(choice).toHaveValue('sec');
  await expect(story.knob('sec_temperature')).toBeVisible();
  await expect(story.knob('lowest_difficulty')).toBeVisible();
  await expect(story.knob('pass_rate_min')).toHaveCount(0);
  for (let step = 0; step < 3; step++) await story.oneStep(PATIENCE);
  for (const id of ['difficulties', 'right-levels', 'held-out-levels', 'arm-values']) {
    await story.chart(id).scrollIntoViewIfNeeded();
    await expect(story.chart(id).locator('[data-series]')).toHaveCount(3);
  }
  const shares = await Promise.all([2, 3, 4].map((level) => story.value('difficulties', `difficulty/${level}/share`)));
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  await expect.poll(() => story.value('arm-values', 'difficulty/4/value')).toBeGreaterThanOrEqual(0);
  await expect.poll(() => story.value('held-out-levels', 'eval_difficulty/4/accuracy')).toBeGreaterThanOrEqual(0);
  await expectNothingSerious(page, 'prompts');
});

test('with a prior prompt and verifier errors, accuracy with and without the prompt is in the chart and in the file', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${measured}&task=formats`, PATIENCE);
  await page.getByTestId('fold-prompts').locator('summary').click();
  const prior = page.getByTestId('choice-prior_prompt');
  const names = await prior.locator('option').allInnerTexts();
  expect(names.length).toBeGreaterThan(2);
  await prior.selectOption({ index: 1 });
  await story.setKnob('verifier_error_rate', '0.25');
  await story.oneStep(PATIENCE);
  const series = ['eval/sampled', 'eval/bare'];
  for (const key of series)
    await expect.poll(() => story.value('reward', key), { message: key }).toBeGreaterThanOrEqual(0);
  await expect(story.chart('reward').locator('[data-series="eval/bare"]')).toContainText('without the prior prompt');
  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').click();
  const [header = '', ...lines] = readFileSync(await saved(page, () => page.getByTestId('save-csv').click()), 'utf8')
    .trim()
    .split('\r\n');
  const column = header.split(',').indexOf('eval_accuracy_without_prior_prompt');
  expect(Number(lines.at(-1)?.split(',')[column])).toBe(await story.value('reward', 'eval/bare'));
  // A task without control tokens offers none.
  await page.getByTestId('task').selectOption('sums');
  await expect(prior.locator('option')).toHaveText(['None']);
});
