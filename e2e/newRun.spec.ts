/** @file A new run keeps nothing of the previous one, and the page shows the current run, not pending settings. */
import { expect, quick, test } from './story.ts';

const PATIENCE = 60_000;
const ANSWERS = ['answer-base', 'answer-tuned'];

test('a new run takes over neither a picked step nor answers, and seed, length and preset wait for it', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}&max_steps=50`);
  for (let step = 0; step < 3; step++) await story.oneStep();
  const group = page.getByTestId('group');
  await page.getByTestId('viewed-step').press('ArrowLeft');
  await expect(group).toHaveAttribute('data-step', '2');
  await page.getByTestId('ask-submit').click();
  for (const id of ANSWERS) await expect(page.getByTestId(id)).toBeVisible({ timeout: PATIENCE });

  // Pending settings are not shown as those of the current run.
  const seed = page.locator('[data-figure="seed"]');
  await story.setKnob('seed', '9');
  await expect(seed).toContainText('1');
  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-changed')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByTestId('preset').selectOption('gridlake');
  await expect(page.getByTestId('knob-learning_rate')).toHaveValue('0.002');
  await story.oneStep();
  await expect(seed).toContainText('1');
  await expect(story.stepCount).toHaveAttribute('data-total', '50');
  // A step shows the run again.
  await expect(group).toHaveAttribute('data-step', '4');
  await page.getByTestId('viewed-step').press('ArrowLeft');
  await expect(group).toHaveAttribute('data-step', '3');

  await page.getByTestId('preset').selectOption('default');
  await story.setKnob('num_generations', '2');
  await story.setKnob('prompts_per_step', '2');
  await story.reset.click();
  await story.expectStatus('ready', PATIENCE);
  for (const id of ANSWERS) await expect(page.getByTestId(id)).toHaveCount(0);
  await expect(page.getByTestId('step-bar')).toHaveCount(0);
  await story.oneStep(PATIENCE);
  await expect(page.getByTestId('step-bar')).toHaveAttribute('data-state', 'live');
  await expect(group).toHaveAttribute('data-step', '1');
  await story.oneStep(PATIENCE);
  // Without a pointer over it or a picked step, the panel follows the run.
  await page.mouse.move(2, 2);
  await expect(group).toHaveAttribute('data-step', '2');
});

test('a kept run is drawn at once, even while the current run has no step', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`);
  for (let step = 0; step < 3; step++) await story.oneStep();
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '3');
  await story.reset.click();
  await story.expectStatus('ready', PATIENCE);
  await page.getByTestId('runs').click();
  await page.getByTestId('run-show').last().click();
  // Charts are drawn one after the other: until then they hold the lines of the previous run.
  await expect(story.chart('reward')).toHaveAttribute('data-points', '0');
  for (const id of ['reward', 'kl', 'entropy'])
    await expect(story.chart(id).locator('[data-trace]').first()).toBeVisible();
});
