/** @file A run of stages: built by keyboard, trained, seen in every chart, opened again from its link on a phone. */
import { expectNothingSerious } from './axe.ts';
import { expect, test } from './story.ts';

const PATIENCE = 60_000;

test('a run is put into stages by keyboard, trains through them, and is the same from its link', async ({
  page,
  story,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await story.open('./?workers=1#v=2&preset=exact-seq&max_steps=2', PATIENCE);
  const fold = page.getByTestId('fold-stages');
  await fold.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('stage-add')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByTestId('stage-steps-1').fill('2');
  await page.keyboard.press('Enter');

  const second = fold.getByRole('group', { name: 'Stage 2' });
  const more = second.getByLabel('Stage 2: Also differs');
  await more.fill('beta=7');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('stages-error')).toHaveText('stage 2: beta: at most 1. The list before is kept.');
  await more.fill('beta=0.1');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('stages-error')).toHaveCount(0);
  await second.getByLabel('Stage 2: Reference').selectOption('End of stage 1');
  await page.getByTestId('stage-add').click();
  await fold.getByRole('button', { name: 'Move stage 3 up' }).click();
  await fold.getByRole('button', { name: 'Remove stage 2' }).click();
  await expect(fold.getByRole('group')).toHaveCount(2);
  await expectNothingSerious(page, 'the editor of stages');

  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  const strip = page.getByTestId('stages');
  await expect(strip.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByTestId('stage-1')).toContainText('2 of 2 steps');
  await expect(page.getByTestId('stage-2')).toContainText('2 of 2 steps; reference: end of stage 1; beta=0.1');
  await expect(page.getByTestId('stage-2')).toHaveAttribute('data-state', 'done');
  for (const chart of ['reward', 'kl', 'entropy'])
    await expect(story.chart(chart).getByTestId('stage-mark')).toHaveCount(1);
  const [reward, link] = [await story.last('reward'), page.url()];
  expect(new URL(link).hash).toContain('stages=sft+steps%3D2%3B');

  await page.reload();
  await story.expectStatus('finished', PATIENCE);
  await expect(page.getByTestId('stage-2')).toContainText('2 of 2 steps');
  await page.getByTestId('viewed-step').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const bar = page.getByTestId('step-bar');
  await expect(bar).toHaveAttribute('data-viewed', '1');
  await expect(bar).toHaveAttribute('data-state', 'standing', { timeout: PATIENCE });
  await page.keyboard.press('End');
  await expect(bar).toHaveAttribute('data-viewed', '4');
  await expect(bar).toHaveAttribute('data-state', 'standing', { timeout: PATIENCE });
  // The river has its update again; axe must not read the switch while that changes.
  await expect(page.getByRole('radio', { name: 'One update' })).toBeEnabled({ timeout: PATIENCE });

  await page.setViewportSize({ width: 375, height: 812 });
  await expect(strip).toBeVisible();
  await expect(page.getByTestId('stage-2')).toContainText('2 of 2 steps');
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(overflow)).toBe(0);
  await expectNothingSerious(page, 'the stages on a phone');
  expect(await story.last('reward')).toBe(reward);
});
