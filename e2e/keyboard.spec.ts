/** @file The page by keyboard alone, wide and narrow. */
import { completionCount, expect, quick, test } from './story.ts';

test('Space trains and pauses, and a full stop makes one step', async ({ page, story }) => {
  await story.open(`./#${quick}&max_steps=1000`);
  await page.keyboard.press('.');
  await expect(story.stepCount).toHaveAttribute('data-step', '1');
  await story.expectStatus('paused');
  await page.keyboard.press(' ');
  await story.expectStatus('running');
  await story.expectStep(3);
  await page.keyboard.press(' ');
  await story.expectStatus('paused');
  // A control clicked last keeps the key only if it uses the key itself.
  await page.getByTestId('scale').getByText('Log').click();
  await page.keyboard.press(' ');
  await story.expectStatus('running');
  await page.getByTestId('smoothing').click();
  await page.keyboard.press(' ');
  await story.expectStatus('paused');
});

test('Space trains after a click on a button, a list or a box, and presses a button that Tab reached', async ({
  page,
  story,
}) => {
  await story.open(`./#${quick}&max_steps=1000`);
  const isPresented = () => page.evaluate(() => 'presentation' in document.documentElement.dataset);
  await page.getByTestId('present').click();
  await page.keyboard.press(' ');
  await story.expectStatus('running');
  expect(await isPresented()).toBe(true);
  await page.getByTestId('single-chart').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press(' ');
  await story.expectStatus('paused');
  await page.getByTestId('scheme').click();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByTestId('present')).toBeFocused();
  await page.keyboard.press(' ');
  expect(await isPresented()).toBe(false);
  await story.expectStatus('paused');
  // A full stop presses nothing, so it makes a step from anywhere but a field.
  const step = await story.step();
  await page.keyboard.press('.');
  await story.expectStep(step + 1);
});

test('Train is reached with Tab and pressed with Enter; in a field the keys type letters', async ({ page, story }) => {
  await story.open(`./#${quick}&max_steps=1000`);
  for (const panel of ['the charts', 'the completions', 'Ask both', 'the settings', 'the runs']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: `Skip to ${panel}` })).toBeFocused();
  }
  for (const view of ['playground', 'lessons', 'atlas']) {
    await page.keyboard.press('Tab');
    await expect(page.getByTestId(`view-${view}`)).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(story.train).toBeFocused();
  await page.keyboard.press('Enter');
  await story.expectStatus('running');
  await expect(story.pause).toBeFocused();
  await page.keyboard.press('Enter');
  await story.expectStatus('paused');
  const step = await story.step();
  await page.getByTestId('ask-input').focus();
  await page.keyboard.type('. .');
  await expect(page.getByTestId('ask-input')).toHaveValue(/\. \.$/);
  await story.knob('learning_rate').focus();
  await page.keyboard.press('ArrowUp');
  await expect(story.knob('learning_rate')).toHaveValue('0.002');
  expect(await story.step()).toBe(step);
});

test('skip links lead to each panel, the first completion is near, and every tenth step is spoken', async ({
  page,
  story,
}) => {
  await story.open(`./#${quick}&max_steps=20`);
  await story.train.click();
  await story.expectStatus('finished');
  await expect(page.getByTestId('spoken')).toHaveText(/^Step 20 of 20: reward [\d.]+, KL /);
  for (const [name, id] of [
    ['the charts', 'charts'],
    ['the settings', 'settings'],
    ['Ask both', 'ask'],
    ['the runs', 'runs'],
    ['the completions', 'group'],
  ] as const) {
    await page.getByRole('button', { name: `Skip to ${name}` }).focus();
    await page.keyboard.press('Enter');
    await expect(page.locator(`#${id}`)).toBeFocused();
  }
  const firstCompletion = page.getByTestId('completion').first().getByRole('listbox');
  let tabs = 0;
  while (tabs < 12 && !(await firstCompletion.evaluate((strip) => strip === document.activeElement))) {
    await page.keyboard.press('Tab');
    tabs++;
  }
  expect(tabs).toBeLessThan(8);
});

test('a lesson works with Tab, Enter and Space: focus moves to each heading and to the run', async ({ page }) => {
  const heading = (name: string) => page.getByTestId('lesson').getByRole('heading', { name });
  await page.goto('./?workers=1#view=lessons');
  await page.getByTestId('open-lesson-group').focus();
  await page.keyboard.press('Enter');
  await expect(heading('Better than what?')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('lesson-next')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading('Groups of two')).toBeFocused();
  // A second press of the same key does not skip a question.
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lesson')).toHaveAttribute('data-step', '1');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('lesson-set')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('choice-few')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(page.getByTestId('choice-few')).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('lesson-run')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('answering')).toBeFocused();
  await expect(page.getByTestId('answering')).toContainText('Training: step', { timeout: 60_000 });
  await expect(page.getByTestId('answering')).toBeFocused();
  // After a page load with the lesson open, focus is at the start of the page.
  await page.reload();
  await expect(heading('Groups of two')).toBeVisible();
  await expect(page.locator('body')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the charts' })).toBeFocused();
});

test.describe('at 375 px', () => {
  test.use({ viewport: { width: 375, height: 812 } });

  test('arrow keys walk through the tabs, and every part is present', async ({ page, story }) => {
    await story.open(`./#${quick}`);
    await story.oneStep();
    await page.getByTestId('tab-charts').focus();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('tab-group')).toBeFocused();
    await expect.poll(() => completionCount(page)).toBe(2);
    await page.keyboard.press('ArrowRight');
    await expect(story.knob('learning_rate')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('ask-input')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('run-name')).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(page.getByTestId('tab-charts')).toHaveAttribute('aria-selected', 'true');
    await expect(story.chart('reward')).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
