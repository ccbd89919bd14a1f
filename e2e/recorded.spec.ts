/** @file The first minute: before there is anything live a recorded run moves in the charts, says that it is one, and gives way without a jump. */
import { expect, test } from './story.ts';

const PATIENCE = 180_000;

test.setTimeout(400_000);

test('a recorded run is drawn and labelled, counts for nothing, and gives way to the first live step', async ({ page, story }) => {
  // The moments at which the page itself had them, without the time that asking it takes.
  await page.addInitScript((parts) => {
    for (const [name, selector] of Object.entries(parts)) {
      const watch = new MutationObserver(() => {
        if (!document.querySelector(selector)) return;
        performance.mark(name);
        watch.disconnect();
      });
      watch.observe(document, { subtree: true, childList: true });
    }
  }, { settings: '[data-testid="preset"]', 'recorded curve': '[data-testid="chart-reward"] [data-recorded] .recharts-line-curve' });
  await page.goto('./?workers=1');
  const label = page.getByTestId('recorded-reward');
  await expect(label).toHaveText(/^Recorded \d{4}-\d\d-\d\d$/);
  const drawn = story.chart('reward').locator('[data-recorded] .recharts-line-curve').first();
  await expect(drawn).toBeVisible();
  const [readable, settable, moving] = await page.evaluate(() => ['first-contentful-paint', 'settings', 'recorded curve'].map((name) => (performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN) / 1000));
  console.log(`from opening: readable after ${readable?.toFixed(2)} s, the settings there after ${settable?.toFixed(2)} s, a recorded curve after ${moving?.toFixed(2)} s; the aims are 1 s to read and 2 s for the curve`);
  expect(settable).toBeGreaterThan(0);
  expect(moving).toBeGreaterThan(0);
  const shown = async () => Number(await story.chart('reward').locator('[data-recorded]').getAttribute('data-recorded'));
  const before = await shown();
  await expect.poll(shown).toBeGreaterThan(before);
  expect(await story.points('reward')).toBe(0);
  expect(await story.last('reward')).toBe('');
  await expect(story.chart('reward').getByRole('table')).toHaveCount(0);
  await expect(story.chart('reward').locator('[data-recorded]')).toHaveAttribute('inert', '');

  await story.expectStatus('ready', PATIENCE);
  const box = await story.chart('kl').boundingBox();
  await story.stepButton.click();
  await expect(story.chart('kl')).toHaveAttribute('data-points', '1', { timeout: PATIENCE });
  await expect(page.locator('[data-recorded]')).toHaveCount(0);
  await expect(label).toHaveCount(0);
  expect(await story.chart('kl').boundingBox()).toEqual(box);

  // One who has a run of their own sees that one.
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  await expect(page.locator('[data-recorded]')).toHaveCount(0);
});
