/**
 * @file The atlas: a paper is found by filter and opened, with its figure or its plan; one arm trains live from there,
 * and arms × seeds run unattended, also after a reload.
 */
import { readFileSync } from 'node:fs';
import { storedResultSchema } from '../src/lessons/storedResult.ts';
import { expectNothingSerious } from './axe.ts';
import { saved } from './download.ts';
import { expect, test } from './story.ts';

const PATIENCE = 120_000;

test.describe.configure({ timeout: 300_000 });

test('paper 58 shows the stored comparison of its arms by pairs', async ({ page }) => {
  const stored = storedResultSchema.parse(JSON.parse(readFileSync('public/claims/paper-58.json', 'utf8')));
  await page.goto('./?workers=1#view=atlas&entry=paper-58');
  const pairs = page.locator('[data-entry="paper-58"]').getByTestId('pair');
  await expect(pairs).toHaveCount(stored.comparisons?.length ?? 0);
  for (const [index, { of, against, mean, pairs: count }] of (stored.comparisons ?? []).entries()) {
    const [first, second] = [of, against].map((id) => stored.arms.find(({ arm }) => arm === id)?.title);
    await expect(pairs.nth(index)).toContainText(`${first} minus ${second}`);
    await expect(pairs.nth(index)).toContainText(`${mean.toFixed(1).replace('-', '−')}\u202fpoints`);
    await expect(pairs.nth(index)).toContainText(`${count} pairs`);
  }
});

test('each base of the default preset has its dot, interval and verdict, also on a narrow page', async ({ page }) => {
  const stored = storedResultSchema.parse(JSON.parse(readFileSync('public/claims/default.json', 'utf8')));
  await page.goto('./?workers=1#view=atlas&entry=default');
  const entry = page.locator('[data-entry="default"]');
  await expect(entry.getByTestId('arm-dot')).toHaveCount(stored.arms.length * stored.policies.length);
  for (const base of stored.policies) {
    await expect(entry.getByTestId('arm-figure')).toContainText(`GRPO, base ${base}`);
    await expect(entry.getByTestId('verdict')).toContainText(
      `${base}, ${stored.verdicts?.[base] === 'shown' ? 'every rule' : 'not every rule'}`,
    );
    const { mean = 0, interval } = stored.arms[0]?.metrics['sampled']?.bases?.[base] ?? {};
    await expect(entry.getByRole('table')).toContainText(
      `base ${base}: ${mean.toFixed(1)}\u202fpoints (${interval?.[0].toFixed(1)} to ${interval?.[1].toFixed(1)})`,
    );
  }
  await expectNothingSerious(page, 'a result of two bases');
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(entry.getByTestId('arm-dot').first()).toBeVisible();
  expect(await page.getByTestId('atlas').evaluate((atlas) => atlas.scrollWidth - atlas.clientWidth)).toBe(0);
});

test('papers are found by number, arXiv number and algorithm; partial results are described; badges stay in their cards', async ({
  page,
}) => {
  await page.goto('./?workers=1#view=atlas');
  const papers = page.getByTestId('entry').and(page.locator('[data-entry^="paper"]'));
  const search = page.getByTestId('atlas-search');
  for (const words of ['paper 58', '58', '2503.14286', 'topr']) {
    await search.fill(words);
    await expect(papers).toHaveCount(1);
    await expect(papers).toHaveAttribute('data-entry', 'paper-58');
  }
  const link = papers.getByTestId('entry-paper');
  await expect(link).toHaveText('arXiv:2503.14286');
  await expect(link).toHaveAttribute('rel', 'noreferrer');
  await expect(link).toHaveAttribute('target', '_blank');
  await search.fill('DAPO');
  await expect(page.getByTestId('entry')).toHaveCount(1);
  await expect(page.getByTestId('entry')).toHaveAttribute('data-entry', 'objectives');
  await search.fill('');

  const status = page.getByTestId('atlas-status');
  await status.selectOption('partial: shown');
  for (const paper of [18, 41])
    await expect(page.locator(`[data-entry="paper-${paper}"]`).getByTestId('badge')).toHaveText(
      '◐ partial: shown so far',
    );
  await expect(page.locator('[data-entry="paper-80"]')).toHaveCount(0);
  await status.selectOption('');

  await page.setViewportSize({ width: 320, height: 640 });
  await expect(papers).toHaveCount(94);
  await expect(page.locator('[data-status="not reproduced"]').first()).toBeVisible();
  const beyond = await page
    .getByTestId('entry')
    .evaluateAll((cards) =>
      cards
        .filter(
          (card) =>
            (card.querySelector('[data-testid="badge"]')?.getBoundingClientRect().right ?? 0) >
            card.getBoundingClientRect().right - 8,
        )
        .map(({ id }) => id),
    );
  expect(beyond).toEqual([]);
  expect(await page.getByTestId('atlas').evaluate((atlas) => atlas.scrollWidth - atlas.clientWidth)).toBe(0);
});

test('a cold link to a paper without a result shows its plan, another hash scrolls, and the minute says its time', async ({
  page,
  story,
}) => {
  await page.goto('./?workers=1#view=atlas&entry=paper-76');
  const open = page.locator('[data-entry="paper-76"]');
  await expect(open.getByTestId('plan')).toContainText('with the raw one the true reward peaks');
  await expect(open).toBeInViewport();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByTestId('findings')).toContainText('twice the rate, replay ends best');
  await page.evaluate(() => (location.hash = '#view=atlas&entry=paper-15'));
  const chord = page.locator('[data-entry="paper-15"]');
  await expect(chord.getByTestId('open-algorithm')).toHaveAttribute('href', '#algorithm=chord');
  await expect(chord).toBeInViewport();
  await expect(chord.getByTestId('disagreeing')).toContainText('RL first, then SFT (paper 65)');
  await expectNothingSerious(page, 'a plan');

  await page.evaluate(() => (location.hash = '#view=atlas&entry=paper-2'));
  const forgetting = page.locator('[data-entry="paper-2"]');
  await expect(forgetting.getByTestId('pareto-point')).toHaveCount(8);
  await expect(forgetting.getByTestId('figure-says').getByRole('listitem')).toHaveText([
    /^Paper 2/,
    /^Paper 8/,
    /^Here/,
  ]);

  await page.evaluate(() => (location.hash = '#view=atlas&entry=paper-80'));
  const minute = page.locator('[data-entry="paper-80"]').getByTestId('minute');
  await expect(minute).toContainText(/seed \d+, \d+ steps each\. About \d+ s of training on a slow machine/);
  await expect(page.getByTestId('pareto').getByTestId('frontier')).toHaveCount(1);
  const steps = Number(await minute.getByTestId('minute-start').getAttribute('data-steps'));
  await minute.getByTestId('minute-start').click();
  await expect(page.getByTestId('comparison-status')).toContainText('0 of 2 runs done.');
  await story.expectStep(2, PATIENCE);
  expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('max_steps')).toBe(String(steps));
});

test('paper 80 is found by filter, has badge and figure, and an arm trains live', async ({ page, story }) => {
  await page.goto('./?workers=1#view=atlas');
  await expect(page.getByTestId('atlas-count')).toHaveText('94 papers');
  await page.getByTestId('atlas-search').fill('bayesian inference');
  await expect(page.getByTestId('entry').and(page.locator('[data-entry^="paper"]'))).toHaveCount(1);
  const entry = page.locator('[data-entry="paper-80"]');
  await expect(entry.getByTestId('badge')).toHaveAttribute('data-status', /^(partial: )?(shown|not reproduced)$/);
  await expect(entry.getByTestId('entry-paper')).toHaveAttribute('href', 'https://arxiv.org/abs/2205.11275');
  await entry.getByTestId('open-entry').click();
  await expect(page).toHaveURL(/entry=paper-80/);
  const stored = storedResultSchema.parse(JSON.parse(readFileSync('public/claims/paper-80.json', 'utf8')));
  await expect(entry.getByTestId('stored')).toContainText(
    `Stored, not live: computed on ${stored.date} on Node with seeds ${stored.seeds.join(', ')}`,
  );
  await expect(entry.getByTestId('arm-dot')).toHaveCount(stored.arms.length);
  await page.getByTestId('metric').selectOption('entropy');
  await expect(entry.getByTestId('arm-figure')).toContainText(/RLOO, β 0.*1\.\d\d\snats/s);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothingSerious(page, `atlas, ${colorScheme}`);
  }
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(page.getByTestId('tab-charts')).toHaveCount(0);
  await expect(entry.getByTestId('metric')).toBeVisible();
  const [right = 0, end = 0] = await entry.evaluate((card) =>
    [card.querySelector('[data-testid="metric"]'), card].map((part) => part?.getBoundingClientRect().right),
  );
  expect(right, 'a choice of number stays within its card').toBeLessThan(end);
  if (wide) await page.setViewportSize(wide);

  await entry.locator('[data-testid="run-arm"][data-arm="beta-0"]').click();
  await expect(page).toHaveURL(/preset=exact-seq.*beta=0/);
  await expect(page.getByTestId('comparison')).toContainText('RLOO, β 0');
  await story.expectStep(2, PATIENCE);
  await expect(story.knob('beta')).toHaveValue('0');
  // Back in the atlas the run continues, with its own settings.
  await page.goBack();
  await expect(page).toHaveURL(/view=atlas/);
  await expect(page.getByTestId('atlas')).toBeVisible();
  const before = await story.step();
  await story.expectStep(before + 2, PATIENCE);
  await expect(story.status).toHaveAttribute('data-status', 'running');
  await page.getByTestId('view-playground').click();
  await expect(story.knob('beta')).toHaveValue('0');
});

test('two arms of paper 80 over three seeds run unattended, and continue after a reload', async ({ page, story }) => {
  await page.goto('./?workers=1#view=atlas&entry=paper-80');
  const entry = page.locator('[data-entry="paper-80"]');
  const boxes = entry.getByTestId('compare-arm');
  await expect(boxes.and(page.locator(':checked'))).toHaveCount(6);
  await expect(boxes.and(page.locator('[data-arm="beta-0"]'))).toBeDisabled();
  for (const arm of ['gdc-0.08', 'rloo-0.05', 'gdc-0.05', 'rloo-0.15', 'gdc-0.15'])
    await boxes.and(page.locator(`[data-arm="${arm}"]`)).uncheck();
  await boxes.and(page.locator('[data-arm="beta-0"]')).check();
  await expect(entry.getByTestId('compare-total')).toContainText(
    '2 arms × seeds 1, 2, 3: 6 runs of 160 steps, one after the other. About ',
  );
  await entry.getByTestId('compare-steps').fill('161');
  await expect(entry.getByTestId('compare-total')).toContainText('1 to 160');
  await expect(entry.getByTestId('compare-run')).toBeDisabled();
  await entry.getByTestId('compare-steps').fill('12');
  await expect(entry.getByTestId('compare-total')).toContainText(
    /6 runs of 12 steps, one after the other\. About .*Shorter than the stored experiment/,
  );
  await expectNothingSerious(page, 'the form of a comparison');

  await entry.getByTestId('compare-run').click();
  await expect(page).toHaveURL(/preset=exact-seq/);
  const status = page.getByTestId('comparison-status');
  await expect(status).toContainText('RLOO, β 0.08, seed 1. 0 of 6 runs done.');
  await expect(status).toContainText('seed 2. 2 of 6 runs done.', { timeout: PATIENCE });
  await expect(story.chart('kl').locator('[data-trace^="run "]')).toHaveCount(2);
  await expect(story.chart('kl').locator('[data-spread]')).toHaveCount(0);
  // The third run is kept from its first step on.
  await expect(page.getByTestId('runs')).toContainText('(3)', { timeout: PATIENCE });
  await page.reload();

  await expect(status).toHaveText('A comparison is not finished. 2 of 6 runs done.');
  await story.expectStatus('paused', PATIENCE);
  await expect(story.chart('kl').locator('[data-trace]')).toHaveCount(0);
  await page.getByTestId('comparison-go-on').click();
  await expect(story.chart('kl').locator('[data-trace^="run "]')).toHaveCount(2);
  await expect(status).toHaveText('6 of 6 runs done.', { timeout: PATIENCE });
  await expect(story.chart('kl').locator('[data-trace^="run "]')).toHaveCount(6);
  await expect(story.chart('kl').locator('[data-trace^="mean "]')).toHaveCount(2);
  await expect(story.chart('kl').locator('[data-spread]')).toHaveCount(2);
  // Nothing was trained twice: the interrupted run was continued.
  await expect(page.getByTestId('runs')).toContainText('(6)');

  await page.getByTestId('comparison-open').click();
  const rows = page.getByTestId('live-table').locator('tbody tr');
  await expect(rows).toHaveCount(2);
  for (const row of await rows.all()) {
    await expect(row).toHaveAttribute('data-done', '3');
    await expect(row).toHaveAttribute('data-interval', /^-?0\.\d+ -?0\.\d+$/);
  }
  // By the metrics of the stored result: the arm without KL penalty has more reward and closes less of the gap.
  await expect(page.getByTestId('live-table').getByRole('columnheader')).toContainText([
    'Arm',
    'Seeds done',
    'Gap closed',
    'Less the first arm, same seeds',
  ]);
  await expect(page.getByTestId('live-number')).toHaveText('The number is the first of the stored result: gap closed.');
  const [penalised = 0, unpenalised = 0] = await rows.evaluateAll((all) =>
    all.map((row) => Number(row.getAttribute('data-mean'))),
  );
  expect(penalised).toBeGreaterThan(unpenalised);
  await story.chart('kl').scrollIntoViewIfNeeded();
  await page.getByRole('slider', { name: /^KL,/ }).focus();
  await page.keyboard.press('End');
  await expect(story.chart('kl').getByTestId('tooltip')).toContainText(
    /step 12.*RLOO, β 0.08.*\[.*n = 3.*RLOO, β 0.*\[.*n = 3/s,
  );
  await page.getByTestId('save-kl').click();
  const svg = readFileSync(await saved(page, () => page.getByRole('menuitem', { name: 'SVG' }).click()), 'utf8');
  expect(svg).toMatch(/RLOO, β 0.08 \(mean, 3 seeds\).*RLOO, β 0 \(mean, 3 seeds\).*<path/s);
  // The menu fades out; axe would judge its colours halfway.
  await expect(page.getByRole('menu')).toHaveCount(0);
  await story
    .chart('kl')
    .getByRole('button', { name: /as a table/ })
    .click();
  await expect(story.chart('kl').getByRole('columnheader')).toHaveText([
    'step',
    /current run/,
    'RLOO, β 0.08 (mean, 3 seeds)',
    'RLOO, β 0 (mean, 3 seeds)',
  ]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothingSerious(page, `a comparison, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 375, height: 812 });
  await expect(page.getByTestId('comparison')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  await page.getByTestId('comparison-end').click();
  await expect(page.getByTestId('comparison')).toHaveCount(0);
  await expect(story.chart('kl').locator('[data-trace]')).toHaveCount(0);
});
