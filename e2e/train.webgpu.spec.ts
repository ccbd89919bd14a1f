/**
 * @file Training on WebGPU, on SwiftShader without a GPU: a tiny run, and the default preset. A missing adapter is a
 * failure here.
 */
import { completionCount, expect, type Story, test } from './story.ts';

/** SwiftShader first compiles every shader for the CPU. */
const PATIENCE = 300_000;

test.describe.configure({ timeout: 2 * PATIENCE });

async function expectWebGpu(story: Story): Promise<void> {
  await expect(story.backend).toHaveAttribute('data-backend', 'webgpu', { timeout: PATIENCE });
  await expect(story.backend).toContainText(/Runs on WebGPU \(GPU\), .+\./);
  await expect(story.backend).not.toContainText('Not on WebGPU');
}

/** Charts have a number for every step, and sampler and trainer agree on every token. */
async function expectCharts(story: Story, steps: number): Promise<void> {
  for (const id of ['reward', 'kl', 'entropy', 'length', 'sampler']) {
    await expect.poll(() => story.points(id), { message: id }).toBe(steps);
    expect(Number.isFinite(Number(await story.last(id))), id).toBe(true);
  }
  expect(Number(await story.last('entropy'))).toBeGreaterThan(0);
  expect(await story.value('sampler', 'sampling/sampling_logp_difference/max')).toBeLessThan(1e-3);
}

test('a tiny run trains five steps and is evaluated on held-out problems', async ({ page, story }) => {
  await page.goto(
    './?backend=webgpu#v=2&difficulty=2&num_generations=4&prompts_per_step=2&max_steps=5&warmup_steps=0&eval_every=5&eval_problems=8',
  );
  await expectWebGpu(story);
  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '5');
  await expectCharts(story, 5);
  expect(Number(await story.last('kl'))).toBeGreaterThan(1e-7);
  expect(await story.value('reward', 'eval/sampled')).toBeGreaterThan(0);
  await expect.poll(() => completionCount(page)).toBe(4);
  // The adapter before the last step is still on the device, beside the one after it.
  await page.getByTestId('completion').first().locator('[data-token="0"]').click();
  const table = page.getByTestId('token-distribution');
  await expect(table.locator('thead th')).toHaveText(['token', 'base', 'before step 5', 'after step 5'], {
    timeout: PATIENCE,
  });
  const own = async (of: 'before' | 'now') =>
    Number(await table.locator(`tr[data-sampled] td[data-of="${of}"] [data-value]`).getAttribute('data-value'));
  const sampledLogProb = Number(
    (
      await page.getByTestId('token-detail').locator('dl div', { hasText: 'log p sampled' }).locator('dd').textContent()
    )?.replaceAll('−', '-'),
  );
  expect(Math.abs(Math.log(await own('before')) - sampledLogProb)).toBeLessThan(
    0.006 * Math.max(1, Math.abs(sampledLogProb)),
  );
  expect(await own('now')).not.toBe(await own('before'));
  await page.getByTestId('token-close').click();
  await page.getByTestId('ask-submit').click();
  await expect(page.getByTestId('answer-tuned').getByRole('listitem')).toHaveCount(4);
});

test('the default preset trains two steps', async ({ page, story }) => {
  await page.goto('./?backend=webgpu#v=2&max_steps=2&eval_every=0');
  await expectWebGpu(story);
  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  await expectCharts(story, 2);
  await expect.poll(() => completionCount(page)).toBe(8);
});
