/**
 * @file A model's folder is opened on the page, trained, and there again after a reload; a folder that is no such model
 * ends in a sentence.
 */
import { readFileSync } from 'node:fs';
import { addPeft, jsonOf, readFolder, tensorsOf } from '../testing/transformersFolder.ts';
import { saved, savedFiles } from './download.ts';
import { trainFolder, writeModel } from './modelFolder.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 240_000;
test.describe.configure({ timeout: 600_000 });

test('a tiny model of the hub is opened, trained, reloaded and trained on', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await trainFolder(story, writeModel('qwen3'), PATIENCE);
  const model = await page.getByTestId('policy').inputValue();
  expect(page.url()).toContain(`policy=${model}`);
  const shown = await page.getByTestId('group').getByTestId('completion').first().innerText();
  expect(shown).toMatch(/\S/);

  await page.reload();
  await story.expectStatus('finished', PATIENCE);
  await expect(page.getByTestId('policy')).toHaveValue(model);
  await story.setKnob('max_steps', '4');
  await story.train.click();
  await expect(story.stepCount).toHaveAttribute('data-step', '4', { timeout: PATIENCE });

  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').first().click();
  const files = (kind: string) => savedFiles(page, () => page.getByTestId(`save-${kind}`).click());
  const adapter = await files('adapter');
  const name = String(jsonOf(adapter, 'adapter_config.json')['base_model_name_or_path']);
  expect(name).toMatch(/^tiny-model-\w+$/);
  const base = Object.fromEntries(
    Object.entries(await files('base')).map(([path, bytes]) => [path.replace(`${name}/`, ''), bytes]),
  );
  expect((await readFolder(base)).hub.model_type).toBe('qwen3');
  const merged = tensorsOf(await files('merged'), 'model.safetensors');
  expect(merged).toEqual(addPeft(base, adapter));
  const script = await saved(page, () => page.getByTestId('save-train').click());
  expect(readFileSync(script, 'utf8')).toContain(`MODEL = "${name}"`);
});

test('before it is read, a model has a forecast; by keyboard it is read in 8 bits without its template', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await page.getByTestId('model-folder').setInputFiles(writeModel('llama'));
  const forecast = page.getByTestId('model-forecast');
  await expect(forecast.getByRole('row', { name: /^Memory at most about \d+.*MB of the 2\.00.GB/ })).toBeVisible({
    timeout: PATIENCE,
  });
  await expect(forecast.getByRole('row', { name: /^A step about .* GFLOP\/s, measured now$/ })).toBeVisible();
  await expect(page.getByTestId('policy')).not.toHaveValue(/^own-/);
  const bits = page.getByTestId('model-bits');
  await expect(bits).toHaveValue('32');
  const weights = forecast.getByRole('row', { name: /^Weights/ });
  const before = await weights.innerText();
  await bits.focus();
  await bits.selectOption('8');
  await expect(weights).not.toHaveText(before);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('model-chat')).not.toBeChecked();
  await page.screenshot({ path: 'test-results/forecast-1440.png' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('policy')).toHaveValue(/^own-tiny-model-/, { timeout: PATIENCE });
  await story.reset.click();
  await expect(page.getByTestId('provenance')).toContainText('8 bit', { timeout: PATIENCE });
  await page.getByTestId('model-hub').click();
  await expect(page.getByTestId('kept-model')).toContainText('8 bits, without chat template');
});

test('a folder without tokenizer or config.json, a model that does not fit, and one kept elsewhere end in sentences', async ({
  page,
  story,
}) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  const problem = page.getByTestId('hub-problem');
  await page.getByTestId('model-folder').setInputFiles(writeModel('llama', ['tokenizer.json']));
  await page.getByTestId('model-load').click({ timeout: PATIENCE });
  await expect(problem).toHaveText(/^tiny-model-\w+: the folder has no tokenizer\.json\.?$/);
  await expect(page.getByTestId('policy')).not.toHaveValue(/^own-/);
  await page.getByTestId('model-folder').setInputFiles(writeModel('llama', ['config.json']));
  await expect(problem).toHaveText(/the folder has no config\.json/);

  const huge = { hidden_size: 8192, num_hidden_layers: 80, intermediate_size: 28672, vocab_size: 128256 };
  await page.getByTestId('model-folder').setInputFiles(writeModel('llama', ['tokenizer.json'], { config: huge }));
  await expect(page.getByTestId('model-refusal')).toHaveText(
    /^With 4 bits this model needs about \d+.GB of memory, and .* has \d\.\d+.GB\.$/,
    { timeout: PATIENCE },
  );
  await expect(page.getByTestId('model-load')).toBeDisabled();

  await page.goto(`./?workers=1#${quick}&policy=own-other-0123abcd`);
  await page.reload();
  await expect(story.error).toContainText('the model other is not kept in this browser; open its folder again');
});
