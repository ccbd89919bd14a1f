/**
 * @file The time bar: an early step of a run in river, group, Ask both and charts, by keyboard, before and after a
 * reload; then the run trains on.
 */
import { expectNothingSerious } from './axe.ts';
import { expect, quick, type Story, test } from './story.ts';

const PATIENCE = 60_000;
const STEP = 2;

/** Shows the film of the river or the update, and answers the sentence under it. */
async function captionOf({ page }: Story, mode: 'film' | 'update'): Promise<string> {
  const river = page.getByTestId('river');
  await expect(async () => {
    await river.getByText(mode === 'film' ? 'Film' : 'One update', { exact: true }).click();
    await expect(river).toHaveAttribute('data-mode', mode, { timeout: 500 });
  }).toPass({ timeout: PATIENCE });
  if (mode === 'update') await page.getByTestId('river-phase-shift').click();
  return page.getByTestId('river-caption').locator('span').first().innerText();
}

/** The numbers of the shown step in all parts of the page. */
async function numbersOf(story: Story) {
  const { page } = story;
  return {
    film: await captionOf(story, 'film'),
    update: await captionOf(story, 'update'),
    tokens: await page.getByTestId('group').getByRole('listbox').allInnerTexts(),
    rewards: await page.getByTestId('completion').allInnerTexts(),
    answers: await page.getByTestId('answer-tuned').getByRole('listitem').allInnerTexts(),
    reward: await page.getByTestId('chart-reward').locator('[data-series="reward"] b').innerText(),
  };
}

/** Asks both policies. */
async function ask({ page }: Story): Promise<void> {
  await page.getByTestId('ask-input').fill('1+2=');
  await page.getByTestId('ask-submit').click();
  await expect(page.getByTestId('answer-tuned')).toContainText(`step ${STEP}`, { timeout: PATIENCE });
}

/** Goes to the step by keyboard and waits until it is rebuilt. */
async function view({ page }: Story): Promise<void> {
  await page.getByTestId('viewed-step').focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < STEP; step++) await page.keyboard.press('ArrowRight');
  const bar = page.getByTestId('step-bar');
  await expect(bar).toHaveAttribute('data-viewed', String(STEP));
  await expect(bar).toHaveAttribute('data-state', 'standing', { timeout: PATIENCE });
  await expect(page.getByTestId('step-bar-said')).toHaveText(
    `Step ${STEP}, rebuilt from the start, equal to the record.`,
  );
  for (const part of ['river', 'group'])
    await expect(page.getByTestId(part)).toHaveAttribute('data-step', String(STEP), { timeout: PATIENCE });
}

/** Opens a token of the shown step: it has a base, a before and an after. */
async function openToken({ page }: Story): Promise<string[]> {
  await page.getByTestId('group').getByTestId('completion').first().locator('[data-token="0"]').click();
  const table = page.getByTestId('token-distribution');
  await expect(table.locator('thead th')).toHaveText(['token', 'base', `before step ${STEP}`, `after step ${STEP}`], {
    timeout: PATIENCE,
  });
  const cells = await table.locator('tbody td').allInnerTexts();
  await page.keyboard.press('Escape');
  return cells;
}

test('an early step is shown everywhere with its numbers, also after a reload, and the run trains on', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}`);
  // There is no earlier step to go to.
  await expect(page.getByTestId('step-bar')).toHaveCount(0);
  for (let step = 0; step < STEP; step++) await story.oneStep();
  await ask(story);
  await expect(page.getByTestId('river')).toHaveAttribute('data-step', String(STEP));
  const recorded = await numbersOf(story);
  const token = await openToken(story);
  for (let step = 0; step < 4; step++) await story.oneStep();
  // The question is asked again where the run rests, so that no older answer stays.
  await expect(page.getByTestId('answer-tuned')).toContainText(`step ${STEP + 4}`);
  await expect(page.getByTestId('ask-old')).toHaveCount(0);
  await page.getByTestId('ask-submit').click();
  await expect(page.getByTestId('answer-tuned')).toContainText('step 6', { timeout: PATIENCE });
  const group = await page.getByTestId('group').getByRole('listbox').allInnerTexts();

  await view(story);
  await expect(page.getByTestId('answer-tuned')).toContainText(`step ${STEP}`, { timeout: PATIENCE });
  const { answers: _, ...rebuilt } = await numbersOf(story);
  const { answers, ...before } = recorded;
  expect(rebuilt).toEqual(before);
  // One in each open chart.
  await expect(page.getByTestId('viewed-mark')).toHaveCount(3);
  await expectNothingSerious(page, 'time');
  await page.screenshot({ path: 'test-results/time-wide.png' });
  expect(await openToken(story)).toEqual(token);
  await page.getByTestId('viewed-step').press('Escape');
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', '6');
  expect(await page.getByTestId('group').getByRole('listbox').allInnerTexts()).toEqual(group);

  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '6');
  await page.reload();
  await story.expectStatus('paused');
  await view(story);
  await ask(story);
  // The film has another prompt after the reload: the first of the step to come.
  const { film, ...again } = await numbersOf(story);
  expect(film).toContain(`after step ${STEP}:`);
  expect({ ...again, film: before.film }).toEqual({ ...before, answers });
  expect(await openToken(story)).toEqual(token);
  await page.getByTestId('live').click();
  await expect(page.getByTestId('step-bar')).toHaveAttribute('data-state', 'live');
  await expect(page.getByTestId('viewed-step')).toBeFocused();
  await view(story);
  await story.oneStep();
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', '7');
  await expect(page.getByTestId('step-bar-said')).toHaveText('Live: step 7.');

  await page.goto('./?hide=time+more');
  await expect(page.getByTestId('transport')).toBeVisible();
  await expect(page.getByTestId('step-bar')).toHaveCount(0);
  // A link that hides the other measures still shows the lengths, which the fold took in.
  await expect(page.getByTestId('more-charts')).toHaveCount(0);
  await expect(story.chart('length')).toBeVisible();
});
