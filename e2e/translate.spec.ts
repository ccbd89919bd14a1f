/**
 * @file A translated page works: every control is used while a translator replaces all text nodes at random moments,
 * and displayed texts stay up to date.
 */
import { completionCount, expect, quick, type Story, test } from './story.ts';
import { translatePages } from './translator.ts';

const address = `./?workers=1#${quick}&max_steps=1000`;

test.beforeEach(({ context }) => translatePages(context, 20_261_129, 120));

/**
 * The page is intact, has been translated since, and its texts at the group and in the status agree with their
 * attributes.
 */
async function expectTranslated({ page, status }: Story): Promise<void> {
  const before = await page.evaluate(() => window.translated ?? 0);
  await expect(page.locator('[data-testid="page-failed"], [data-testid^="failed-"]')).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.querySelectorAll('font > font').length)).toBeGreaterThan(10);
  expect(before).toBeGreaterThan(50);
  const said: Readonly<Record<string, string>> = { ready: 'Ready', running: 'Training', paused: 'Paused' };
  const now = (await status.getAttribute('data-status')) ?? '';
  await expect(status).toHaveText(said[now] ?? '');
}

test('on a translated page group size, Reset, training and steps work', async ({ page, story }) => {
  await story.open(address);
  // Before its first step a run takes every setting at once.
  await story.oneStep();
  for (const size of ['4', '2', '8']) {
    await story.setKnob('num_generations', size);
    await expect(page.getByText('1 change waits for Reset.')).toBeVisible();
    await story.reset.click();
    await story.expectStatus('ready');
    await expectTranslated(story);
    await story.oneStep();
    await expect.poll(() => completionCount(page)).toBe(Number(size));
  }
  await story.train.click();
  await story.expectStep(6);
  await expectTranslated(story);
  await story.pause.click();
  await story.expectStatus('paused');
  await expectTranslated(story);
  await story.oneStep();
  const step = String(await story.step());
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', step);
  await expect(page.getByTestId('group').getByText(`step ${step}`, { exact: true })).toBeVisible();
});

test('on a translated page backend, algorithms, presets, an open token, a prompt and the list of runs work', async ({
  page,
  story,
}) => {
  await story.open(address);
  await expect(story.backend).toHaveText(/^Runs on WASM \(CPU\), .*1 worker\. Not on WebGPU: .*\.$/);
  await story.oneStep();
  const token = page.getByTestId('group').locator('[data-token]');
  await token.first().click();
  await expect(page.getByTestId('token-distribution')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('token-detail').getByRole('heading', { level: 3 })).toHaveText(/token 2 of \d+$/);
  await page.getByTestId('token-close').click();
  await page.getByTestId('ask-submit').click();
  await expect(page.getByTestId('answer-tuned').locator('li')).not.toHaveCount(0);
  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').click();
  await page.getByTestId('runs').click();
  for (const algorithm of ['dapo', 'rloo', 'grpo']) {
    await page.getByTestId('algorithm').selectOption(algorithm);
    await story.reset.click();
    await story.expectStatus('ready');
    await story.oneStep();
    await expectTranslated(story);
  }
  await page.getByTestId('preset').selectOption({ index: 1 });
  await story.reset.click();
  await story.expectStatus('ready');
  await expectTranslated(story);
});

test('on a translated page atlas, lessons, dialogs, tables and the narrow layout work', async ({ page, story }) => {
  await story.open(address);
  await story.oneStep();
  await page.getByTestId('view-atlas').click();
  await page.getByTestId('atlas-search').fill('paper 58');
  await page.getByTestId('open-entry').click();
  await expect(page.getByTestId('result')).toBeVisible();
  await expectTranslated(story);
  await page.getByTestId('compare-arm').first().click();
  await page.getByTestId('atlas-search').fill('');
  await page.getByTestId('view-lessons').click();
  await page.getByTestId('open-lesson-leash').click();
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('lesson-back').click();
  await expectTranslated(story);
  await page.getByTestId('lesson-leave').click();
  await page.getByTestId('view-playground').click();
  await page.getByTestId('share').click();
  await page.getByTestId('share-single').locator('summary').click();
  await page.getByTestId('hide-settings').click();
  await page.getByTestId('share-close').click();
  await page.getByTestId('compose').click();
  await page.getByTestId('start-empty').click();
  await page.getByTestId('own-cancel').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await story
    .chart('reward')
    .getByRole('button', { name: /numbers as a table/ })
    .click();
  await story.oneStep();
  await expectTranslated(story);
  await page.setViewportSize({ width: 375, height: 812 });
  for (const tab of ['Group', 'Settings', 'Ask', 'Runs', 'Charts']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectTranslated(story);
  }
  await story.oneStep();
});
