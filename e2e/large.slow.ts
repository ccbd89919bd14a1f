/** @file A model of the shape of SmolLM2-135M is opened by the page's folder button and trained on WASM. */
import { rmSync } from 'node:fs';
import { modelShapes } from '../cli/bench/model/shapes.ts';
import { rendererPeak } from '../cli/bench/browser.ts';
import { writeLargeFolder } from '../testing/largeFolder.ts';
import { expect, quick, test } from './story.ts';

const MINUTES = 60_000;
const STEPS = 3;

/** Random tokens are capitals: a completion is right if the last vowel is the answer, so one in five by chance. */
const task = {
  format: 'rollout-task',
  version: 1,
  title: 'The last vowel',
  checker: 'regex:([AEIOU])',
  rows: Array.from({ length: 60 }, (_, i) => ({ prompt: `${i}+1=`, answer: 'AEIOU'[i % 5] })),
};

test('a folder of the shape of SmolLM2-135M: three steps of GRPO in a tab under 2 GB', async ({ page, story }) => {
  test.setTimeout(30 * MINUTES);
  const folder = await writeLargeFolder(modelShapes['smollm2-135m']);
  const patience = 15 * MINUTES;
  try {
    await story.open(`./?workers=1#${quick}`, MINUTES);
    await page.getByTestId('model-folder').setInputFiles(folder);
    const forecast = page.getByTestId('model-forecast').getByRole('row', { name: /^Memory at most/ });
    await expect(forecast).toBeVisible({ timeout: MINUTES });
    const said = await forecast.innerText();
    await page.getByTestId('model-load').click({ timeout: patience });
    await expect(page.getByTestId('policy')).toHaveValue(/^own-/, { timeout: patience });
    await expect(page.getByTestId('model-dialog')).toHaveCount(0, { timeout: patience });
    const read = await rendererPeak(page);
    const file = { name: 'task.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(task)) };
    await page.getByTestId('data-choose').setInputFiles(file);
    await expect(page).toHaveURL(/task=file-task-/, { timeout: MINUTES });
    await story.setKnob('num_generations', '4');
    await story.setKnob('max_steps', String(STEPS));
    await story.reset.click();
    await story.expectStatus('ready', patience);
    const opened = await rendererPeak(page);
    const start = performance.now();
    await story.train.click();
    await story.expectStatus('finished', patience);
    const seconds = (performance.now() - start) / 1000 / STEPS;
    const peak = await rendererPeak(page);
    const shown = [read, opened, peak].map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`).join(', ');
    console.log(`forecast ${said.replace(/\s+/g, ' ')}; the renderer at most, read, opened, trained: ${shown}`);
    console.log(`${seconds.toFixed(0)} s a step of 8 completions; KL ${await story.last('kl')}`);
    await expect(story.stepCount).toHaveAttribute('data-step', String(STEPS));
    // The policy has moved: groups had a signal, and a gradient was taken.
    expect(Number(await story.last('kl'))).toBeGreaterThan(0);
    expect(peak).toBeLessThan(2e9);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
