/**
 * @file Another algorithm and one token in detail: DAPO trains, is part of the link, and its formula gives the
 * trainer's numbers.
 */
import { completionCount, complaintsOf, expect, quick, Story, test } from './story.ts';

const patience = 240_000;
test.setTimeout(2 * patience);

test('DAPO trains, a link restores it with its settings, and a token opens', async ({ page, story, browser }) => {
  await story.open(`./?workers=1#${quick.replace('num_generations=2', 'num_generations=6')}`, patience);
  await page.getByTestId('algorithm').selectOption('dapo');
  await expect(page).toHaveURL(/algorithm=dapo/);
  await expect(page.getByTestId('algorithm-paper')).toHaveAttribute('href', 'https://arxiv.org/abs/2503.14476');
  const loss = page.getByTestId('algorithm-formula');
  await expect(loss).toContainText(/Loss of each token: DAPO\. Training makes it smaller\..*-min\(ceiling, clipped\)/s);
  await page.getByTestId('fold-formula').locator('summary').click();
  // A symbol leads to its field, also into a closed fold.
  await loss.getByRole('button', { name: 'epsilon_high' }).click();
  await expect(story.knob('set.epsilon_high')).toBeFocused();
  await page.getByTestId('fold-algorithm').locator('summary').click();
  await page.getByTestId('fold-algorithm').locator('summary').click();
  await story.setKnob('set.dynamic_sampling', '2');
  await story.setKnob('set.delta', '0');
  await expect(story.knobError('set.delta')).toHaveText(/^At least 1\. \d+ is kept\.$/);
  await page.getByTestId('fold-updates').locator('summary').click();
  await story.setKnob('num_iterations', '2');
  await expect(page).toHaveURL(/set\.dynamic_sampling=2/);

  for (const step of [1, 2]) {
    await story.stepButton.click();
    await expect(story.stepCount).toHaveAttribute('data-step', String(step), { timeout: patience });
  }
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', '2');

  await test.step('a token opens and closes by keyboard', async () => {
    await page.getByTestId('completion').first().getByRole('listbox').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const detail = page.getByTestId('token-detail');
    await expect(detail).toHaveAttribute('data-token', '1');
    const table = page.getByTestId('token-distribution');
    await expect(table).toBeVisible({ timeout: patience });
    // The newest step opens with the policy before and after it; its batch had two updates, and `before` is before the
    // first.
    await expect(table.locator('thead th')).toHaveText(['token', 'base', 'before step 2', 'after step 2']);
    const own = async (of: 'before' | 'now') =>
      Number(await table.locator(`tr[data-sampled] td[data-of="${of}"] [data-value]`).getAttribute('data-value'));
    const sampledLogProb = Number(
      (await detail.locator('dl div', { hasText: 'log p sampled' }).locator('dd').textContent())?.replaceAll('−', '-'),
    );
    expect(Math.abs(Math.log(await own('before')) - sampledLogProb)).toBeLessThan(
      0.006 * Math.max(1, Math.abs(sampledLogProb)),
    );
    expect(await own('now')).not.toBe(await own('before'));
    for (const of of ['base', 'before', 'now']) {
      const shares = await table
        .locator(`tbody td[data-of="${of}"] [data-value]`)
        .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
      expect(shares.length).toBeGreaterThan(2);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
      // All lines are single tokens except the last, which is the rest of the distribution.
      expect(shares.slice(0, -1).reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-5);
    }
    // At the first update the ratio is 1 up to rounding and beta is 0: the loss is minus the advantage.
    const loss = Number(await page.getByTestId('token-loss').getAttribute('data-value'));
    const advantage = Number(
      (await detail.locator('dl div', { hasText: 'Advantage' }).locator('dd').textContent())?.replace('−', '-'),
    );
    expect(Math.abs(loss + advantage)).toBeLessThan(0.006);
    expect(Math.abs(Number(await page.getByTestId('token-pull').getAttribute('data-value')) - advantage)).toBeLessThan(
      0.006,
    );
    await page.keyboard.press('ArrowLeft');
    await expect(detail).toHaveAttribute('data-token', '0');
    await page.keyboard.press('Escape');
    await expect(detail).toHaveCount(0);
    await expect.poll(() => completionCount(page)).toBe(6);
  });

  await test.step('a token that stays open while the run goes on offers to rebuild its step', async () => {
    const group = page.getByTestId('group');
    const headings = page.getByTestId('token-distribution').locator('thead th');
    await group.getByTestId('completion').first().locator('[data-token="0"]').click();
    await expect(headings).toHaveCount(4, { timeout: patience });
    await story.stepButton.click();
    await expect(story.stepCount).toHaveAttribute('data-step', '3', { timeout: patience });
    await group.getByRole('button', { name: 'Ask again' }).click();
    await expect(headings).toHaveText(['token', 'base', 'now, step 3'], { timeout: patience });
    await expect(page.getByTestId('token-no-before')).toContainText('not what step 2 made of the policy');
    await page.getByTestId('token-rebuild').click();
    await expect(headings).toHaveText(['token', 'base', 'before step 2', 'after step 2'], { timeout: patience });
    await page.keyboard.press('Escape');
    await page.getByTestId('live').click();
  });

  await test.step('a link restores the algorithm', async () => {
    const address = page.url();
    await page.close();
    // A new browser context, which has kept no runs.
    const other = await browser.newPage();
    const complaints = complaintsOf(other);
    const fresh = new Story(other);
    await fresh.open(address, patience);
    await expect(other.getByTestId('algorithm')).toHaveValue('dapo');
    await expect(fresh.knob('set.dynamic_sampling')).toHaveValue('2');
    await expect(fresh.knob('num_iterations')).toHaveValue('2');
    expect(other.url()).toBe(address);
    await other.close();
    expect(complaints).toEqual([]);
  });
});

test('settings without effect under an algorithm say so, and an incompatible part is refused with a message', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}`, patience);
  await page.getByTestId('algorithm').selectOption('dpo');
  await page.getByTestId('fold-leash').locator('summary').click();
  const divergence = page.getByTestId('choice-kl_estimator');
  await expect(divergence.locator('..')).toContainText('not used by DPO');
  await divergence.selectOption('k2');
  await expect(divergence.locator('..').getByRole('alert')).toContainText('holds the policy to its base by itself');
  await expect(divergence).toHaveValue('algorithm');
  await expect(page).not.toHaveURL(/kl_estimator/);
  await story.reset.click();
  await story.expectStatus('ready', patience);
  await story.stepButton.click();
  await expect(story.stepCount).toHaveAttribute('data-step', '1', { timeout: patience });
  await expect(page.getByTestId('shade-by').locator('option')).toHaveText(['Log-prob', 'Entropy', 'KL', 'Ratio']);
});
