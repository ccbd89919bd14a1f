/** @file Without a graphics adapter the page says so and trains on the CPU. */
import { expect, quick, test } from './story.ts';

for (const [asked, why] of [
  ['', 'by itself'],
  ['backend=webgpu', 'asked for WebGPU'],
  ['backend=wasm', 'asked for WASM'],
] as const) {
  test(`without an adapter a page ${why} trains on WASM and says why`, async ({ page, story }) => {
    await story.open(`./?${asked}#${quick}`);
    await expect(story.backend).toHaveAttribute('data-backend', 'wasm');
    const reason = asked === 'backend=wasm' ? 'WASM was asked for' : '(this browser|this page|no graphics adapter).+';
    await expect(story.backend).toContainText(new RegExp(`Runs on WASM \\(CPU\\).*Not on WebGPU: ${reason}\\.`));
    await page.getByTestId('how-webgpu').click();
    await expect(page.getByTestId('webgpu-help')).toContainText(/graphics acceleration.*chrome:\/\/gpu.*Then reload/);
    await expect(page.getByTestId('webgpu-help')).not.toContainText(/Firefox|Safari|plain http/);
    await page.keyboard.press('Escape');
    await story.oneStep();
    await expect(story.error).toHaveCount(0);
  });
}

test('the policy’s manifest can be read', async ({ page, story }) => {
  await story.open(`./#${quick}`);
  await page.getByTestId('provenance').click();
  const manifest = page.getByRole('region', { name: /Model default: \d/ });
  await expect(manifest).toContainText(/sha256\s*[0-9a-f]{64}/);
  await expect(manifest).toContainText('pretraining');
});
