/**
 * @file The student: follows lesson 2, predicts, trains, reads from that run whether the prediction was right; closes
 * the tab halfway and finds run and place again. Also other paths through a lesson.
 */
import { expectNothingSerious } from './axe.ts';
import { expect, Story, test } from './story.ts';

const PATIENCE = 240_000;

test.describe.configure({ timeout: 900_000 });

test('lesson 2 can be finished, also after closing the tab halfway', async ({ page, story, context }) => {
  await page.goto('./?workers=1#view=lessons');
  await expectNothingSerious(page, 'list of lessons');
  await page.getByTestId('open-lesson-leash').click();
  await expect(page).toHaveURL(/view=lessons&lesson=leash/);
  await page.getByTestId('lesson-next').click();
  await expect(story.knob('beta').locator('xpath=ancestor::*[@data-lit]')).toBeVisible();
  await expect(page.getByTestId('lesson-run')).toBeDisabled();
  await page.getByTestId('lesson-set').click();
  await expect(story.knob('beta')).toHaveValue('0.08');
  await page.getByTestId('choice-optimum').check();
  await page.getByTestId('lesson-run').click();
  await expect(page.getByTestId('verdict')).toBeVisible({ timeout: PATIENCE });
  // Drawing and verdict appear by themselves and are in sight without scrolling.
  await expect(page.getByTestId('evidence')).toBeInViewport({ ratio: 0.99 });
  await expect(page.getByTestId('verdict')).toBeInViewport();
  await expect(page.getByTestId('answering')).toBeFocused();
  // The lesson states the number in the panel of this run.
  const gap = Number(await page.getByTestId('exact').getAttribute('data-gap'));
  await expect(page.getByTestId('verdict')).toHaveAttribute(
    'data-answer',
    gap >= 0.75 ? 'optimum' : gap < 0.25 ? 'base' : '',
  );
  await expect(page.getByTestId('verdict')).toHaveAttribute(
    'data-verdict',
    gap >= 0.75 ? 'right' : gap < 0.25 ? 'wrong' : 'unclear',
  );
  await expect(page.getByTestId('measured')).toContainText(`${Math.round(100 * gap)}`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothingSerious(page, `lesson, ${colorScheme}`);
  }

  await page.getByTestId('lesson-next').click();
  await page.getByTestId('choice-nearer').check();
  await page.getByTestId('lesson-run').click();
  await story.expectStep(2, PATIENCE);
  await expect(story.chart('reward').locator('[data-trace]')).not.toHaveCount(0);
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', /^[2-9]|\d\d$/);
  await page.close();

  const again = new Story(await context.newPage());
  await again.page.goto('./?workers=1#view=lessons&lesson=leash');
  await expect(again.page.getByTestId('lesson')).toHaveAttribute('data-step', '2');
  await expect(again.page.getByTestId('choice-nearer')).toBeChecked();
  await again.page.getByTestId('lesson-go-on').click();
  await again.expectStatus('paused', PATIENCE);
  expect(await again.step()).toBeGreaterThanOrEqual(2);
  const before = await again.step();
  await again.train.click();
  await again.expectStep(before + 1, PATIENCE);
  await expect(again.page.getByTestId('lesson')).toContainText('Training: step');
});

test('Train asks for a prediction, then answers the step; a run stepped without one does not count, and the page says so', async ({
  page,
  story,
}) => {
  await story.open('./?workers=1#view=lessons&lesson=group', PATIENCE);
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('lesson-set').click();
  await story.expectStatus('ready', PATIENCE);
  // Before the prediction the main button leads to the question.
  await expect(story.train).toHaveText('Predict first');
  await story.train.click();
  await expect(page.getByTestId('choice-few')).toBeFocused();
  expect(await story.step()).toBe(0);
  await story.stepButton.click();
  await expect(page.getByTestId('uncounted')).toBeVisible({ timeout: PATIENCE });
  await page.getByTestId('choice-half').check();
  await expect(page.getByTestId('uncounted')).toBeVisible();
  await story.expectStatus('paused', PATIENCE);
  await page.getByTestId('lesson-set').click();
  await story.expectStatus('ready', PATIENCE);
  await story.train.click();
  await expect(page.getByTestId('lesson')).toContainText('Training: step');
  await expect(page.getByTestId('lesson-run')).toHaveCount(0);
});

test('the control that a lesson refers to has a ring, and the narrow page names its tab', async ({ page, story }) => {
  await story.open('./?workers=1#view=lessons&lesson=lora', PATIENCE);
  await expect(page.getByTestId('provenance')).toHaveText(/parameters.*; adapter \d/);
  for (let step = 0; step < 3; step++) await page.getByTestId('lesson-next').click();
  const lit = page.getByTestId('lit');
  await expect(lit).toHaveText('The panel this is about is ringed.', { useInnerText: true });
  await expect(page.getByRole('region', { name: 'Ask both' })).toHaveCSS('outline', /solid 2px/);
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(lit).toHaveText('The panel this is about is ringed, in the tab Ask.', { useInnerText: true });
  await page.getByTestId('lesson-back').click();
  await expect(lit).toHaveText('The setting this is about is ringed, in the tab Settings.', { useInnerText: true });
  await page.getByTestId('tab-settings').click();
  await expect(story.knob('lora_rank').locator('xpath=ancestor::*[@data-lit]')).toBeInViewport();
});

test('the header links from a lesson to the list of lessons, and from an entry of the atlas to the top of the atlas', async ({
  page,
}) => {
  await page.goto('./?workers=1#view=lessons&lesson=lora');
  await expect(page.getByTestId('lesson')).toBeVisible();
  await page.getByTestId('view-lessons').click();
  await expect(page.getByTestId('lessons')).toBeVisible();
  await expect(page).not.toHaveURL(/lesson=/);
  await page.goBack();
  await expect(page.getByTestId('lesson')).toBeVisible();
  await page.goto('./?workers=1#view=atlas&entry=paper-58');
  const beginning = page.getByRole('heading', { name: 'Atlas', exact: false, level: 2 }).first();
  await expect(page.locator('[data-entry="paper-58"]').getByTestId('stored')).toBeVisible();
  await page.getByTestId('view-atlas').click();
  await expect(page).not.toHaveURL(/entry=/);
  await expect(page.getByTestId('stored')).toHaveCount(0);
  await expect(beginning).toBeInViewport();
});
