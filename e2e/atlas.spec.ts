/** @file The atlas: found by filter, opened, its figure stands; an arm trains live from there while the atlas can be looked at again. */
import { readFileSync } from 'node:fs';
import { storedResultSchema } from '../src/lessons/storedResult.ts';
import { expectNothingSerious } from './axe.ts';
import { expect, test } from './story.ts';

const PATIENCE = 120_000;

test.describe.configure({ timeout: 300_000 });

test('paper 58: arms compared pair by pair, as they are stored', async ({ page }) => {
  const stored = storedResultSchema.parse(JSON.parse(readFileSync('public/claims/paper-58.json', 'utf8')));
  await page.goto('./?workers=1#view=atlas&entry=paper-58');
  const pairs = page.locator('[data-entry="paper-58"]').getByTestId('pair');
  await expect(pairs).toHaveCount(stored.comparisons?.length ?? 0);
  for (const [index, { of, against, mean, pairs: count }] of (stored.comparisons ?? []).entries()) {
    const [first, second] = [of, against].map((id) => stored.arms.find(({ arm }) => arm === id)?.title);
    await expect(pairs.nth(index)).toContainText(`${first} less ${second}`);
    await expect(pairs.nth(index)).toContainText(`${mean.toFixed(1)}\u202fpoints`);
    await expect(pairs.nth(index)).toContainText(`${count} pairs`);
  }
});

test('paper 80: filter, badge, figure, an arm live', async ({ page, story }) => {
  await page.goto('./?workers=1#view=atlas');
  await expect(page.getByTestId('atlas-count')).toHaveText('94 papers');
  await page.getByTestId('atlas-search').fill('bayesian inference');
  await expect(page.getByTestId('entry').and(page.locator('[data-entry^="paper"]'))).toHaveCount(1);
  const entry = page.locator('[data-entry="paper-80"]');
  await expect(entry.getByTestId('badge')).toHaveAttribute('data-status', /^(shown|partial|not reproduced)$/);
  await entry.getByTestId('open-entry').click();
  await expect(page).toHaveURL(/entry=paper-80/);
  const stored = storedResultSchema.parse(JSON.parse(readFileSync('public/claims/paper-80.json', 'utf8')));
  await expect(entry.getByTestId('stored')).toContainText(`Stored, not live: computed on ${stored.date} on Node with seeds ${stored.seeds.join(', ')}`);
  await expect(entry.getByTestId('arm-dot')).toHaveCount(stored.arms.length);
  await page.getByTestId('metric').selectOption('entropy');
  await expect(entry.getByTestId('arm-figure')).toContainText(/RLOO, beta 0.*1\.\d\d\snats/s);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothingSerious(page, `atlas, ${colorScheme}`);
  }

  await entry.locator('[data-testid="run-arm"][data-arm="beta-0"]').click();
  await expect(page).toHaveURL(/preset=exact-seq.*beta=0/);
  await expect(page.getByTestId('comparison')).toContainText('RLOO, beta 0');
  await story.expectStep(2, PATIENCE);
  await expect(story.knob('beta')).toHaveValue('0');
  // Back to the atlas: the run goes on, with its own settings.
  await page.goBack();
  await expect(page).toHaveURL(/view=atlas/);
  await expect(page.getByTestId('atlas')).toBeVisible();
  const before = await story.step();
  await story.expectStep(before + 2, PATIENCE);
  await expect(story.status).toHaveAttribute('data-status', 'running');
  await page.getByTestId('view-playground').click();
  await expect(story.knob('beta')).toHaveValue('0');
});
