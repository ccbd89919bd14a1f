/** @file A model's folder is opened and trained on WebGPU. */
import { trainFolder, writeModel } from './modelFolder.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 300_000;
test.describe.configure({ timeout: 2 * PATIENCE });

test('a tiny model of the hub is opened and trained on WebGPU', async ({ page, story }) => {
  await page.goto(`./?backend=webgpu#${quick}`);
  await expect(story.backend).toHaveAttribute('data-backend', 'webgpu', { timeout: PATIENCE });
  await trainFolder(story, writeModel('qwen3'), PATIENCE);
  await expect(story.backend).toHaveAttribute('data-backend', 'webgpu');
  expect(await story.value('sampler', 'sampling/sampling_logp_difference/max')).toBeLessThan(1e-3);
});
