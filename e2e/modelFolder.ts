/** @file A model's folder on disk for the stories, and the steps that open and train it. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubFolder } from '../testing/hubFolder.ts';
import { expect, type Story } from './story.ts';

function replaceFields(path: string, fields: object): void {
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...fields }));
}

/**
 * Writes a model in the hub's layout; returns its folder. Files named in `without` are left out, and `config` replaces
 * fields of its config.json.
 */
export function writeModel(
  model: string,
  without: readonly string[] = [],
  { config = {}, ...options }: Parameters<typeof hubFolder>[1] & { readonly config?: object } = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-model-'));
  for (const [name, bytes] of hubFolder(model, { type: 'BF16', shards: 3, ...options }).files)
    if (!without.includes(name)) writeFileSync(join(folder, name), bytes);
  if (!without.includes('config.json')) replaceFields(join(folder, 'config.json'), config);
  return folder;
}

/** Opens the folder as the base in its usual bits, resets, trains three steps and opens a token of the newest group. */
export async function trainFolder(story: Story, folder: string, patience: number): Promise<void> {
  const { page } = story;
  await page.getByTestId('model-folder').setInputFiles(folder);
  await page.getByTestId('model-load').click({ timeout: patience });
  await expect(page.getByTestId('policy')).toHaveValue(/^own-tiny-model-.*-[0-9a-f]{8}$/, { timeout: patience });
  await expect(page.getByTestId('model-dialog')).toHaveCount(0, { timeout: patience });
  await expect(page.getByTestId('model-problem')).toHaveCount(0);
  await story.setKnob('max_steps', '3');
  await story.reset.click();
  await expect(page.getByTestId('provenance')).toContainText('tiny-model', { timeout: patience });
  await story.train.click();
  await story.expectStatus('finished', patience);
  await expect(story.stepCount).toHaveAttribute('data-step', '3');
  // The group follows the steps a moment later, and stands still once a token has the focus.
  await expect(page.getByTestId('group')).toContainText('step 3');
  await page.getByTestId('group').getByTestId('completion').first().getByRole('listbox').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('token-readout')).toContainText(/token 2 of \d+, in nats.*log p/s);
}
