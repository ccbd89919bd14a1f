/**
 * @file The reward composer: a custom term is tried, trained on and charted; hostile code is stopped; code from a link
 * waits for a click.
 */
import type { Locator, Page } from '@playwright/test';
import { beginTerm, closeComposer } from './composer.ts';
import { expect, quick, type Story, test } from './story.ts';

const run = `./?workers=1#${quick}&max_steps=1000`;
const short = 'function reward({ length }) {\n  return -length;\n}';
const endless = 'function reward({ length }) {\n  let i = 0;\n  while (true) i += length;\n}';

const trialRows = (page: Page): Locator => page.getByTestId('trial-row');

const meanLength = async (story: Story): Promise<number> => Number(await story.last('length'));

test('a custom term can be tried, is part of the reward from the next run on, and has a line in the chart', async ({
  page,
  story,
}) => {
  await story.open(run);
  await beginTerm(page, 'short', short);
  await expect(page.getByTestId('own-use')).toBeDisabled();
  await page.getByTestId('own-try').click();
  await expect(trialRows(page)).toHaveCount(8);
  await expect(page.getByTestId('trial')).toContainText('there is no step yet');
  await page.getByTestId('own-use').click();
  await page.getByTestId('weight-short').fill('0.5');
  await page.getByTestId('weight-short').press('Enter');
  await closeComposer(page);
  await expect(page).toHaveURL(/code.short=function/);
  for (let step = 0; step < 2; step++) {
    const reward = Number(await story.oneStep());
    await expect.poll(() => story.points('reward-terms')).toBe(step + 1);
    const [answer, form, length] = [
      await story.value('reward-terms', 'rewards/answer/mean'),
      await story.value('reward-terms', 'rewards/format/mean'),
      await story.value('reward-terms', 'rewards/short/mean'),
    ];
    expect(length).toBeCloseTo(-(await meanLength(story)), 5);
    expect(form).toBeGreaterThanOrEqual(0);
    expect(reward).toBeCloseTo(answer + 0.5 * length, 5);
  }
  await page.getByTestId('compose').click();
  await page.getByTestId('edit-short').click();
  await page.getByTestId('own-try').click();
  await expect(page.getByTestId('trial')).toContainText('first group of step 2');
  await expect(trialRows(page)).toHaveCount(2);
});

test('an endless loop is stopped and reported at its line, and the page keeps working', async ({ page, story }) => {
  await story.open(run);
  await beginTerm(page, 'endless', endless);
  await page.getByTestId('own-try').click();
  await expect(page.getByTestId('own-code').getByTestId('editor-problems')).toContainText('line 3', {
    timeout: 60_000,
  });
  await expect(trialRows(page).first()).toContainText('line 3: stopped after');
  await expect(page.getByTestId('own-use')).toBeDisabled();
  await expect(page.getByTestId('own-refusal')).toContainText('It fails');
  await page.getByTestId('own-cancel').click();
  await closeComposer(page);
  await story.oneStep();
});

test('a term that fails while training stops the run at its line, and trained steps are kept', async ({
  page,
  story,
}) => {
  await story.open(run);
  await beginTerm(
    page,
    'later',
    'function reward({ step }) {\n  if (step > 0) throw new Error("enough");\n  return 0;\n}',
  );
  await page.getByTestId('own-try').click();
  await page.getByTestId('own-use').click();
  await closeComposer(page);
  await story.oneStep();
  await story.stepButton.click();
  await story.expectStatus('failed');
  const error = page.getByTestId('error');
  await expect(error).toHaveAttribute('data-code', 'reward-term');
  await expect(error).toContainText('reward term later, line 2: Error: enough');
  await expect(error).toContainText('The charts and the adapter after 1 step.');
});

test('code from a link does not run before it was reviewed, and is part of the reward afterwards', async ({
  page,
  story,
}) => {
  const words = new URLSearchParams({ 'code.sent': short, 'reward.sent': '2' });
  await story.open(`${run}&${words.toString()}`);
  await expect(page.getByTestId('offered-terms')).toContainText('sent');
  await story.stepButton.click();
  await expect(page.getByTestId('terms-question')).toContainText('sent');
  await page.getByTestId('question-without').click();
  await expect(story.stepCount).toHaveAttribute('data-step', '1');
  await expect(page.locator('[data-series="rewards/sent/mean"]')).toHaveCount(0);
  await expect(page).toHaveURL(/code.sent/);
  await page.getByTestId('show-code').click();
  await expect(page.getByTestId('own-code')).toContainText('return -length;');
  await expect(trialRows(page)).toHaveCount(0);
  await page.getByTestId('own-try').click();
  await expect(trialRows(page)).toHaveCount(2);
  await page.getByTestId('own-use').click();
  await closeComposer(page);
  await expect(page.getByTestId('offered-terms')).toHaveCount(0);
  await page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready');
  await story.oneStep();
  expect(await story.value('reward-terms', 'rewards/sent/mean')).toBeCloseTo(-(await meanLength(story)), 5);
});
