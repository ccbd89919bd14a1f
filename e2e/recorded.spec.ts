/**
 * @file The first minute: before there are live numbers the charts play a recorded run, labelled as such, which gives
 * way step by step without a jump.
 */
import { readFileSync } from 'node:fs';
import { saved } from './download.ts';
import { expect, test } from './story.ts';

const PATIENCE = 180_000;

test.setTimeout(400_000);

test('a recorded run is drawn and labelled, does not count as data, and gives way to the live run step by step', async ({
  page,
  story,
}) => {
  // The page's own times, without the delay of asking for them.
  await page.addInitScript(
    (parts) => {
      for (const [name, selector] of Object.entries(parts)) {
        const watch = new MutationObserver(() => {
          if (!document.querySelector(selector)) return;
          performance.mark(name);
          watch.disconnect();
        });
        watch.observe(document, { subtree: true, childList: true });
      }
    },
    {
      settings: '[data-testid="preset"]',
      'recorded curve': '[data-testid="chart-reward"] [data-recorded] [data-trace]',
    },
  );
  await page.goto('./?workers=1');
  const label = page.getByTestId('recorded-reward');
  await expect(label).toHaveText(/^Grey lines: another run, recorded on \d{4}-\d\d-\d\d with seed 2, no forecast$/);
  // The live run has another seed: its curve is not drawn over its own answer.
  await expect(story.knob('seed')).toHaveValue('1');
  const drawn = story.chart('reward').locator('[data-recorded] [data-trace]').first();
  await expect(drawn).toBeVisible();
  const [readable, settable, moving] = await page.evaluate(() =>
    ['first-contentful-paint', 'settings', 'recorded curve'].map(
      (name) => (performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN) / 1000,
    ),
  );
  console.log(
    `from opening: readable after ${readable?.toFixed(2)} s, the settings there after ${settable?.toFixed(2)} s, a recorded curve after ${moving?.toFixed(2)} s; the aims are 1 s to read and 2 s for the curve`,
  );
  expect(settable).toBeGreaterThan(0);
  expect(moving).toBeGreaterThan(0);
  const shown = async () =>
    Number(await story.chart('reward').locator('[data-recorded]').getAttribute('data-recorded'));
  const before = await shown();
  await expect.poll(shown).toBeGreaterThan(before);
  expect(await story.points('reward')).toBe(0);
  expect(await story.last('reward')).toBe('');
  await expect(story.chart('reward').getByRole('table')).toHaveCount(0);
  await expect(story.chart('reward').locator('[data-recorded]')).toHaveAttribute('inert', '');

  await story.expectStatus('ready', PATIENCE);
  // It is drawn completely by now or soon, in all charts that have it.
  await expect.poll(shown, { timeout: 30_000 }).toBe(100);
  const first = ['reward', 'kl', 'entropy'];
  const seen = () =>
    Promise.all(
      first.map(async (id) => ({
        box: await story.chart(id).boundingBox(),
        axes: await story.chart(id).locator('.recharts-cartesian-axis-tick-value').allTextContents(),
        ahead: await story.chart(id).locator('[data-recorded]').getAttribute('data-recorded'),
      })),
    );
  const still = await seen();
  expect(still.map(({ ahead }) => ahead)).toEqual(['100', '100', '100']);
  for (const step of [1, 2, 3]) {
    await story.stepButton.click();
    for (const id of first)
      await expect(story.chart(id)).toHaveAttribute('data-points', String(step), { timeout: PATIENCE });
    // Neither frame nor axes move; only the part that the live run has passed disappears.
    expect(await seen()).toEqual(still.map((one) => ({ ...one, ahead: String(100 - step) })));
    await expect(label).toHaveText(/^Grey/);
    await expect(story.chart('kl').locator('[data-plot]')).not.toHaveAttribute('inert');
  }
  // The recording is in no table and no picture, and the crosshair does not reach it.
  await story.chart('kl').getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(story.chart('kl').getByRole('slider')).toHaveAttribute('aria-valuenow', '3');
  await story.chart('kl').getByRole('button', { name: /table/i }).click();
  await expect(story.chart('kl').getByRole('table').locator('tbody tr')).toHaveCount(3);
  await page.getByTestId('save-reward').click();
  const picture = readFileSync(await saved(page, () => page.getByRole('menuitem', { name: 'SVG' }).click()), 'utf8');
  expect(picture).toContain('<path');
  expect(picture).not.toContain('recorded');
  await expect(story.chart('reward').locator('[data-trace^="recorded"]')).not.toHaveCount(0);

  // A visitor with a kept run sees that run instead.
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '3');
  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  await expect(page.locator('[data-recorded]')).toHaveCount(0);
});
