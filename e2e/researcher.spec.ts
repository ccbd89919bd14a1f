/**
 * @file The researcher: another algorithm, three runs side by side, a custom reward, a fork, and exported files that
 * match the trained run.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { beginTerm, closeComposer } from './composer.ts';
import { saved } from './download.ts';
import { expect, quick, type Story, test } from './story.ts';

const PATIENCE = 240_000;

test.describe.configure({ timeout: 900_000 });

async function trainSteps(story: Story, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await story.oneStep(PATIENCE);
}

/** Chooses an algorithm, which starts a new run, and trains it. */
async function trainWith(story: Story, algorithm: string, steps: number): Promise<void> {
  await story.page.getByTestId('algorithm').selectOption(algorithm);
  await expect(story.page).toHaveURL(new RegExp(`algorithm=${algorithm}`));
  await story.page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready', PATIENCE);
  await trainSteps(story, steps);
}

const softmax = (logits: readonly number[]): number[] => {
  const top = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

/** The likeliest first tokens of a completion on the page: prompt, and shares by policy in descending order. */
async function firstToken(page: Page): Promise<{ prompt: string; base: number[]; now: number[] }> {
  const prompt = await page.getByTestId('group').locator('dd code').first().innerText();
  await page.getByTestId('completion').first().getByRole('listbox').focus();
  await page.keyboard.press('Enter');
  const detail = page.getByTestId('token-detail');
  await expect(detail).toHaveAttribute('data-token', '0');
  const table = page.getByTestId('token-distribution');
  await expect(table).toBeVisible({ timeout: PATIENCE });
  const shares = async (of: 'base' | 'now') => {
    const cells = await table
      .locator(`tbody tr:not(:last-child) td[data-of="${of}"] [data-value]`)
      .evaluateAll((found) => found.map((cell) => Number(cell.getAttribute('data-value'))));
    return cells.toSorted((a, b) => b - a);
  };
  const read = { prompt, base: await shares('base'), now: await shares('now') };
  await page.getByTestId('token-close').click();
  return read;
}

test('a researcher compares three algorithms, writes a reward, forks, and exports CSV and an adapter with the same logits', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}&max_steps=1000&learning_rate=0.01`, PATIENCE);
  await trainSteps(story, 2);
  await trainWith(story, 'rloo', 2);
  await trainWith(story, 'drGrpo', 3);

  await test.step('three runs in every chart', async () => {
    await page.getByTestId('runs').click();
    await expect(page.getByTestId('run')).toHaveCount(3);
    // Start time and backend are visible, and not covered by the actions.
    const list = page.getByRole('region', { name: 'Runs', exact: true }).locator('[tabindex="0"]');
    expect(await list.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
    await expect(list.getByText('WASM (CPU)')).toHaveCount(3);
    for (const box of await page.getByTestId('run-show').all()) {
      if (await box.isEnabled()) await box.click();
      await expect(box).toBeChecked();
    }
    for (const chart of ['reward', 'kl', 'entropy'])
      await expect(story.chart(chart).locator('[data-trace]')).toHaveCount(2);
    await expect(page.getByTestId('run').nth(1)).toContainText(/rloo|RLOO/);
  });

  await test.step('a custom reward', async () => {
    await beginTerm(page, 'short', 'function reward({ length }) {\n  return -length;\n}');
    await page.getByTestId('own-try').click();
    await page.getByTestId('own-use').click();
    await closeComposer(page);
    await page.getByRole('button', { name: 'Reset now' }).click();
    await story.expectStatus('ready', PATIENCE);
    await trainSteps(story, 3);
    expect(await story.value('reward-terms', 'rewards/short/mean')).toBeCloseTo(-Number(await story.last('length')), 5);
  });

  const reward = await story.last('reward');
  await test.step('a fork at step 2 trains the same step 3', async () => {
    await page.locator('[data-testid="run"][data-in-hand="true"]').getByTestId('run-fork').click();
    await page.getByTestId('fork-step').fill('2');
    await page.getByTestId('fork-step').press('Enter');
    await story.expectStatus('loading');
    await story.expectStatus('paused', PATIENCE);
    expect(await story.oneStep(PATIENCE)).toBe(reward);
  });

  await test.step('CSV and adapter', async () => {
    const { prompt, base, now } = await firstToken(page);
    await page.locator('[data-testid="run"][data-in-hand="true"]').getByTestId('run-files').click();
    const [header = '', ...lines] = readFileSync(await saved(page, () => page.getByTestId('save-csv').click()), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)?.split(',')[header.split(',').indexOf('reward')]).toBe(reward);
    const path = await saved(page, () => page.getByTestId('save-adapter').click());
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'cli/adapter.ts', '--file', path, '--prompt', prompt, '--json'],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    const logits: { base: number[]; adapted: number[] } = JSON.parse(stdout);
    for (const [shown, own] of [
      [base, logits.base],
      [now, logits.adapted],
    ] as const) {
      const probabilities = softmax(own).toSorted((a, b) => b - a);
      // The page lists the likely tokens of both policies; the likeliest of each is among them.
      expect(shown[0]).toBeCloseTo(probabilities[0] ?? 0, 4);
      for (const share of shown)
        expect(Math.min(...probabilities.map((probability) => Math.abs(probability - share)))).toBeLessThan(1e-4);
    }
    expect(Math.abs((now[0] ?? 0) - (base[0] ?? 0)), 'the adapter says something else than the base').toBeGreaterThan(
      1e-3,
    );
  });
});
