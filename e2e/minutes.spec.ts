/**
 * @file The first and the last minute: a newcomer reads, trains and finds the run's own numbers in the debrief; and the
 * presentation for a projector.
 */
import type { Page } from '@playwright/test';
import { expectNothing } from './axe.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 180_000;

test.setTimeout(400_000);

/** A cell of the reward's table: the row of a step, the column of a series. */
async function cell(page: Page, step: number, column: string): Promise<string> {
  const table = page.getByTestId('chart-reward').getByRole('table');
  const heads = await table.locator('thead th').allTextContents();
  const place = heads.findIndex((head) => head.startsWith(column));
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((one) => one.textContent ?? '')));
  return rows.find(([first]) => Number(first) === step)?.[place] ?? '';
}

const numberOf = (page: Page, change: string, which: 'before' | 'after') =>
  page.getByTestId(`change-${change}`).getAttribute(`data-${which}`).then(Number);

const percent = (share: number) => `${(100 * share).toFixed(100 * share < 10 ? 1 : 0)}\u202f%`;

test('a newcomer reads the first sentence, trains, and finds the numbers of the run in the debrief, also after a reload', async ({
  page,
  story,
}) => {
  let release: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (release = resolve));
  await page.context().route('**/*.safetensors', async (route) => {
    await seen;
    await route.continue();
  });
  await page.goto('./?workers=1');
  await expect(page.getByTestId('intro')).toContainText('trains a small language model in your browser: press Train');
  await expect(page.getByTestId('recorded-group-label')).toHaveText(/^Not live: a group of step 5 .* with seed 2\.$/);
  await expect(page.getByTestId('recorded-completion').first()).toBeVisible();
  await expect(page.getByTestId('river')).toHaveAttribute('data-recorded', /\d+/);
  await expect(page.getByTestId('river-caption')).toContainText('Not live: a run recorded on');
  await expectNothing(page, 'a recorded group and river');
  release();
  await story.expectStatus('ready', PATIENCE);
  // The sentence stands where the time bar will, unmeasured figures are not drawn, and the reward is the largest chart.
  await expect(page.getByTestId('step-bar')).toHaveCount(0);
  await expect(page.getByTestId('tokens-per-second')).toBeHidden();
  const heightOf = async (id: string) => (await story.chart(id).boundingBox())?.height ?? 0;
  expect(await heightOf('reward')).toBeGreaterThan(await heightOf('kl'));
  await expect(story.chart('length')).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
  await expect(page.getByTestId('river')).toHaveAttribute('data-step', '0');
  await expect(page.getByTestId('river')).not.toHaveAttribute('data-recorded');

  await story.setKnob('max_steps', '12');
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await page.keyboard.press('Space');
  await story.expectStatus('finished', PATIENCE);
  await expect(page.getByTestId('recorded-completion')).toHaveCount(0);
  await expect(page.getByTestId('intro')).toHaveCount(0);
  await expect(page.getByTestId('step-bar')).toBeVisible();
  await expect(page.getByTestId('tokens-per-second')).toBeVisible();
  await expect(page.getByTestId('debrief-headline')).toHaveText(/^The policy /);
  const lead = page.getByTestId('debrief-lead');
  await expect(lead.getByRole('term')).toHaveCount(3);
  await expect(lead).toContainText('Held-out accuracy');
  await page.getByTestId('chart-reward').getByRole('button', { name: /table/i }).click();
  await expect.poll(() => cell(page, 12, 'Reward')).not.toBe('');
  const [before, after] = [
    await numberOf(page, 'eval/sampled', 'before'),
    await numberOf(page, 'eval/sampled', 'after'),
  ];
  expect(await cell(page, 0, 'Held-out accuracy')).toContain(percent(before));
  await expect.poll(() => cell(page, 12, 'Held-out accuracy')).toContain(percent(after));
  await expect(lead.locator('[data-lead="eval/sampled"]')).toContainText(percent(after));
  const last = await Promise.all(
    [7, 8, 9, 10, 11, 12].map(async (step) => Number.parseFloat(await cell(page, step, 'Reward'))),
  );
  const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
  expect(Math.abs((await numberOf(page, 'reward', 'after')) - mean)).toBeLessThan(0.001);
  const pairs = page.getByTestId('debrief-pair');
  await expect(pairs).toHaveCount(2);
  await expect(pairs.first().getByTestId('debrief-base').locator('[data-correct]').first()).toBeVisible();
  await expectNothing(page, 'the debrief');
  const answers = await pairs.allInnerTexts();
  await expect(page.getByTestId('debrief-next')).toHaveCount(1);
  // The rest is folded.
  await expect(page.getByTestId('change-reward')).toBeHidden();
  await page.getByTestId('debrief-more').locator('summary').click();
  await expect(page.getByTestId('change-reward')).toBeVisible();
  const isScrolling = () => page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight);
  expect(await isScrolling()).toBe(false);

  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '12');
  await page.reload();
  await story.expectStatus('finished', PATIENCE);
  await expect(pairs).toHaveCount(2);
  expect(await numberOf(page, 'eval/sampled', 'after')).toBe(after);
  expect(await pairs.allInnerTexts()).toEqual(answers);
});

/** Visible text below 24 px; 0.01 for the rounding of the browser. */
const smallText = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((part) =>
        [...part.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== ''),
      )
      .filter((part) => {
        const { width, height } = part.getBoundingClientRect();
        const isSeen = part.checkVisibility({ visibilityProperty: true, opacityProperty: true });
        return isSeen && width > 2 && height > 2 && Number.parseFloat(getComputedStyle(part).fontSize) < 23.99;
      })
      .map((part) => `${part.tagName} ${part.textContent} ${getComputedStyle(part).fontSize}`),
  );

test.describe('at 375 px', () => {
  test.use({ viewport: { width: 375, height: 812 } });

  test('a paused run shows its changes so far on request, from any tab', async ({ page, story }) => {
    await story.open(`./?workers=1#${quick}&max_steps=1000`, PATIENCE);
    await story.train.click();
    await story.expectStep(6);
    await story.pause.click();
    await story.expectStatus('paused');
    await page.getByTestId('tab-group').click();
    await expect(page.getByTestId('debrief')).toHaveCount(0);
    await page.getByTestId('debrief-open').click();
    await expect(page.getByTestId('debrief')).toBeFocused();
    await expect(page.getByTestId('debrief')).toContainText('Held-out accuracy was not measured');
    await expect(page.getByTestId('debrief-pair')).toHaveCount(2);
    await expectNothing(page, 'the debrief on a phone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    await page.keyboard.press('Space');
    await expect(page.getByTestId('debrief')).toHaveCount(0);
  });
});

test.describe('at 1920x1080', () => {
  test.use({ viewport: { width: 1920, height: 1080 } });

  test('a presentation by link has the river and one chart, no type below 24 px, and Space trains after any click', async ({
    page,
    story,
  }) => {
    await story.open(`./?workers=1&present=reward#${quick}&max_steps=8`, PATIENCE);
    await expect(page.getByTestId('presentation')).toBeVisible();
    await expect(page.getByTestId('river')).toHaveAttribute('data-step', '0');
    await expect(page.locator('[data-chart]')).toHaveCount(1);
    await expect(page.getByTestId('preset')).toHaveCount(0);
    expect(await smallText(page)).toEqual([]);
    await story.stepButton.click();
    await expect(story.chart('reward')).toHaveAttribute('data-points', '1');
    await page.getByTestId('river-phase-advantage').click();
    expect(await smallText(page)).toEqual([]);
    await page.keyboard.press('Space');
    await story.expectStatus('finished');
    await expect(page.getByTestId('debrief-pair')).toHaveCount(2);
    expect(await smallText(page)).toEqual([]);
    await page.getByTestId('single-chart').selectOption('kl');
    await expect(story.chart('kl')).toHaveAttribute('data-points', '8');
    await expect(page).toHaveURL(/\?workers=1&present=kl#/);
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);

    await page.getByTestId('share').click();
    await expect(page.getByTestId('level-class')).toBeChecked();
    await expect(page.getByTestId('share-link')).toHaveValue(/present=kl/);
    await expectNothing(page, 'a presentation, and Share');
    await page.getByTestId('level-student').check();
    await expect(page.getByTestId('share-link')).toHaveValue(/\?hide=algorithm/);
    await expect(page.getByTestId('share-preview')).toContainText('Ask both');
    await expect(page.getByTestId('share-preview')).not.toContainText('Reward terms');
    // Escape closes the dialog first, then the presentation.
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('share-dialog')).toHaveCount(0);
    await expect(page.getByTestId('presentation')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('presentation')).toHaveCount(0);
    await expect(page).toHaveURL(/\?workers=1#/);
    await expect(page.getByTestId('preset')).toBeVisible();
  });
});
