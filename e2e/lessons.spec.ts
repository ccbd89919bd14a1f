/** @file The student: goes through lesson 2, predicts, runs, is told whether right by that run; closes the tab in the middle and finds run and place again. */
import { expectNothingSerious } from './axe.ts';
import { expect, Story, test } from './story.ts';

const PATIENCE = 240_000;

test.describe.configure({ timeout: 900_000 });

test('lesson 2, closed in the middle', async ({ page, story, context }) => {
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
  // What is said is what the panel of this run shows.
  const gap = Number(await page.getByTestId('exact').getAttribute('data-gap'));
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-answer', gap >= 0.75 ? 'optimum' : gap < 0.25 ? 'base' : '');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-verdict', gap >= 0.75 ? 'right' : gap < 0.25 ? 'wrong' : 'unclear');
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
