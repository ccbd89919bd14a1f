/** @file A comparison built in the page: started, drawn, opened again from its link, and its runs in the table. */
import { readFileSync } from 'node:fs';
import { expectNothingSerious } from './axe.ts';
import { saved } from './download.ts';
import { expect, Story, test } from './story.ts';

const PATIENCE = 120_000;

test.describe.configure({ timeout: 300_000 });

test('two arms over two seeds are built in the page, run by themselves, and open again from their link', async ({
  page,
  story,
  context,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await story.open('./?workers=1#v=2&preset=exact-seq&max_steps=4', PATIENCE);
  await story.oneStep(PATIENCE);
  await page.getByTestId('compare').click();
  await page.getByTestId('compare-add-present').click();
  // By keyboard: a wrong value is refused beside the field, the right one becomes an arm.
  await page.getByTestId('compare-vary').selectOption('learningRate');
  await page.getByTestId('compare-values').fill('0.008, 0.5');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('compare-refusal')).toHaveText('“0.5”: At most 0.02.');
  await page.getByTestId('compare-values').fill('0.008');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('draft-arm')).toHaveCount(2);
  await page.getByTestId('compare-seeds').fill('2');
  await page.getByTestId('compare-steps').fill('3');
  await expect(page.getByTestId('compare-total')).toContainText(
    /^2 arms × 2 seeds: 4 runs of 3 steps; about .+ as in the newest run/,
  );
  await expectNothingSerious(page, 'the dialog that builds a comparison');
  await page.keyboard.press('Enter');

  const status = page.getByTestId('comparison-status');
  await expect(status).toHaveText('4 of 4 runs done.', { timeout: PATIENCE });
  await expect(story.chart('kl').locator('[data-trace^="run "]')).toHaveCount(4);
  await page.getByTestId('comparison-open').click();
  const rows = page.getByTestId('live-table').locator('tbody tr');
  await page.getByTestId('live-measure').selectOption('kl');
  const [low = 0, high = 0] = await rows.evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-mean'))));
  expect(high).toBeGreaterThan(low);
  await expect(page.getByTestId('live-pairs')).toContainText(/Learning rate 0\.008 .* Present settings/);
  // The comparison scrolls inside its column, never the page.
  expect(
    await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight),
    'a page scrollbar at 1440x900',
  ).toBe(0);

  await page.getByTestId('comparison-share').click();
  const csv = readFileSync(await saved(page, () => page.getByTestId('comparison-csv').click()), 'utf8').split('\r\n');
  expect(csv[0]).toMatch(/^arm,seed,step,/);
  expect(csv.filter((line) => /^Learning rate 0\.008,[12],3,/.test(line))).toHaveLength(2);
  const link = await page.getByTestId('comparison-link').inputValue();

  const fresh = await context.browser()?.newContext();
  if (!fresh) throw new Error('no browser');
  const other = new Story(await fresh.newPage());
  await other.open(link.replace('#', '?workers=1#'), PATIENCE);
  const offer = other.page.getByTestId('comparison-offer');
  await expect(offer).toContainText('2 arms × 2 seeds, 4 runs.');
  await expect(offer).toContainText(/Learning rate 0\.008: .*Learning rate 0\.004 → 0\.008/);
  await expect(other.stepCount).toHaveAttribute('data-step', '0');
  await other.page.getByTestId('comparison-start').click();
  await expect(other.page.getByTestId('comparison-status')).toHaveText('4 of 4 runs done.', { timeout: PATIENCE });
  // The same link, the same numbers.
  await other.page.getByTestId('comparison-open').click();
  await other.page.getByTestId('live-measure').selectOption('kl');
  await expect(other.page.getByTestId('live-table').locator('tbody tr').last()).toHaveAttribute(
    'data-mean',
    String(high),
  );
  await fresh.close();

  // The table of runs: five runs, grouped by arm with means, sorted, filtered, also by keyboard.
  await page.getByTestId('share-comparison-close').click();
  await page.getByTestId('runs').click();
  await page.getByTestId('run-group-by').selectOption('arm');
  const groups = page.getByTestId('run-group');
  await expect(groups).toHaveCount(3);
  await expect(groups.filter({ hasText: 'Learning rate 0.008' })).toHaveAttribute('data-count', '2');
  await page.getByTestId('run-group-by').selectOption('');
  await page.getByTestId('run-sort').selectOption('kl');
  await expect(page.getByTestId('run').first()).toContainText('Learning rate 0.008');
  await page.getByTestId('run-filter').fill('present');
  await expect(page.getByTestId('run')).toHaveCount(2);
  await expectNothingSerious(page, 'the table of runs');

  // It is kept: closed and reloaded, it opens again with its results.
  await page.getByTestId('comparison-end').click();
  await page.reload();
  await page.getByTestId('compare').click();
  await page.getByTestId('kept-comparison').getByRole('button', { name: /^Open/ }).click();
  await expect(status).toHaveText('4 of 4 runs done.', { timeout: PATIENCE });
  await expect(story.chart('kl').locator('[data-trace^="run "]')).toHaveCount(4);
});
