/**
 * @file A model of the hub is opened by its id: nothing is asked before, the download breaks off, is reloaded and goes
 * on, the model trains, and a second opening asks for nothing. The hub is a server on this machine.
 */
import type { Page } from '@playwright/test';
import { hubFolder } from '../testing/hubFolder.ts';
import { hubServer, type HubServer } from '../testing/hubServer.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 240_000;
const ID = 'someone/tiny-model';
test.describe.configure({ timeout: 600_000 });
test.use({ expectedComplaints: [/^asked https:\/\/huggingface\.co\/|^Failed to load resource/] });

/** Answers for huggingface.co from the server on this machine; `asked` collects every address of another site. */
async function answerFor(page: Page, server: HubServer): Promise<string[]> {
  const asked: string[] = [];
  page.context().on('request', (request) => {
    if (!/^https?:\/\/(127\.0\.0\.1|localhost)[:/]|^(data|blob):/.test(request.url())) asked.push(request.url());
  });
  await page.context().route('https://huggingface.co/**', async (route) => {
    const { pathname, search } = new URL(route.request().url());
    try {
      const response = await route.fetch({ url: `${server.origin}${pathname}${search}` });
      await route.fulfill({ response });
    } catch {
      await route.abort('connectionreset').catch(() => {});
    }
  });
  return asked;
}

test('a model of the hub: cut, reloaded, gone on with, trained, opened again without a request', async ({
  page,
  story,
}) => {
  // Large enough for two requests.
  const server = await hubServer(hubFolder('qwen3', { type: 'BF16', hiddenDim: 2048 }).files);
  const asked = await answerFor(page, server);
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await page.getByTestId('model-hub').click();
  await expect(page.getByTestId('model-origin')).toContainText('asks huggingface.co');
  await page.getByTestId('model-id').fill(ID);
  expect(asked).toEqual([]);

  server.misdeed = (path, range) => (path.endsWith('.safetensors') && !range.startsWith('bytes=0-') ? 'hang' : null);
  await page.getByTestId('model-open').click();
  await expect(page.getByTestId('model-forecast')).toContainText('Memory at most', { timeout: PATIENCE });
  expect(asked.map((url) => url.replace(/^.*\//, ''))).toEqual(['main?blobs=true', 'config.json']);
  await page.getByTestId('model-bits').selectOption('8');
  await page.getByTestId('model-load').click();
  const progress = page.getByTestId('model-progress');
  await expect(progress).toHaveAttribute('data-done', /^[1-9]\d{4,}$/, { timeout: PATIENCE });
  await expect(progress).toContainText(/ of .*MB/);
  await page.screenshot({ path: 'test-results/hub-under-way.png' });

  await page.reload();
  await story.expectStatus('ready', PATIENCE);
  server.misdeed = () => null;
  await page.getByTestId('model-hub').click();
  await expect(page.getByTestId('model-unfinished')).toContainText(ID);
  await expect(page.getByTestId('model-unfinished')).toHaveAttribute('data-bytes', /^[1-9]\d{4,}$/);
  await page.getByTestId('model-go-on').click();
  await expect(page.getByTestId('policy')).toHaveValue(/^own-someone-tiny-model-[0-9a-f]{8}$/, { timeout: PATIENCE });
  await expect(page.getByTestId('model-dialog')).toHaveCount(0);
  await story.setKnob('max_steps', '1');
  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  await expect(page.getByTestId('provenance')).toContainText('8 bit');
  await expect(story.stepCount).toHaveAttribute('data-step', '1');

  await server.close();
  const count = asked.length;
  await page.reload();
  await expect(story.stepCount).toHaveAttribute('data-step', '1', { timeout: PATIENCE });
  await page.getByTestId('model-hub').click();
  await expect(page.getByTestId('kept-model')).toContainText(ID);
  await page.getByTestId('model-id').fill(ID);
  await page.getByTestId('model-open').click();
  await expect(page.getByTestId('model-dialog')).toHaveCount(0, { timeout: PATIENCE });
  expect(asked).toHaveLength(count);
  expect(asked.every((url) => url.startsWith('https://huggingface.co/'))).toBe(true);
});

test('a gated model and a malformed id end in sentences; a download is stopped, and a model deleted', async ({
  page,
  story,
}) => {
  const server = await hubServer(hubFolder('llama', { type: 'BF16' }).files);
  const asked = await answerFor(page, server);
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await page.getByTestId('model-hub').click();
  const [id, open, problem] = ['model-id', 'model-open', 'hub-problem'].map((name) => page.getByTestId(name)) as [
    ReturnType<Page['getByTestId']>,
    ReturnType<Page['getByTestId']>,
    ReturnType<Page['getByTestId']>,
  ];
  await id.fill('gpt2');
  await open.click();
  await expect(problem).toContainText('owner/name is needed');
  expect(asked).toEqual([]);
  server.misdeed = () => 403;
  await id.fill(ID);
  await open.click();
  await expect(problem).toContainText(`${ID}, revision main: it is gated`);

  const whole = server.files;
  const json = JSON.parse(new TextDecoder().decode(whole.get('config.json'))) as object;
  const huge = JSON.stringify({ ...json, hidden_size: 8192, num_hidden_layers: 80, intermediate_size: 28672 });
  server.files = new Map([...whole, ['config.json', new TextEncoder().encode(huge)]]);
  server.misdeed = () => null;
  asked.length = 0;
  await open.click();
  await expect(page.getByTestId('model-refusal')).toContainText('of memory, and', { timeout: PATIENCE });
  expect(asked).toHaveLength(2);
  server.files = whole;

  server.misdeed = (path) => (path.endsWith('.safetensors') ? 'hang' : null);
  await open.click();
  await expect(page.getByTestId('model-forecast')).toBeVisible({ timeout: PATIENCE });
  await page.getByTestId('model-load').click();
  await expect.poll(() => server.requests.some(({ path }) => path.endsWith('.safetensors'))).toBe(true);
  await page.getByTestId('model-stop').click();
  await expect(page.getByTestId('model-unfinished')).toContainText(ID);
  await page.screenshot({ path: 'test-results/hub-1440.png' });
  await page.setViewportSize({ width: 375, height: 812 });
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('model-hub').click();
  await expect(page.getByTestId('model-unfinished')).toContainText(ID);
  const box = await page.getByTestId('model-dialog').boundingBox();
  expect((box?.x ?? -1) >= 0 && (box?.width ?? 999) <= 375).toBe(true);
  await page.screenshot({ path: 'test-results/hub-375.png' });
  server.misdeed = () => null;
  await page.getByTestId('model-go-on').click();
  await expect(page.getByTestId('policy')).toHaveValue(/^own-someone-tiny-model-/, { timeout: PATIENCE });
  await page.getByTestId('model-hub').click();
  await page.screenshot({ path: 'test-results/hub-kept.png' });
  await page
    .getByTestId('kept-model')
    .getByRole('button', { name: `Delete ${ID}` })
    .click();
  await expect(page.getByTestId('kept-model')).toHaveCount(0);
  await server.close();
});

test('a preset for a model of the hub asks for it in the dialog, trains it in words, and finds it again', async ({
  page,
  story,
}) => {
  const server = await hubServer(hubFolder('llama', { type: 'BF16', positions: 512 }).files);
  const asked = await answerFor(page, server);
  const [task, policy, dialog] = ['task', 'policy', 'model-dialog'].map((name) => page.getByTestId(name)) as [
    ReturnType<Page['getByTestId']>,
    ReturnType<Page['getByTestId']>,
    ReturnType<Page['getByTestId']>,
  ];
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await expect(task.locator('option', { hasText: 'Counting letters' })).toHaveCount(0);
  await page.getByTestId('preset').selectOption('smollm2-135m');
  await expect(page.getByTestId('model-id')).toHaveValue('HuggingFaceTB/SmolLM2-135M-Instruct');
  await expect(page.getByTestId('model-wanted')).toContainText('which is not in this browser');
  await page.screenshot({ path: 'test-results/preset-dialog.png' });
  expect(asked).toEqual([]);

  await page.getByTestId('model-close').click();
  await story.train.click();
  await expect(story.error).toContainText('this preset trains HuggingFaceTB/SmolLM2-135M-Instruct');
  expect(asked).toEqual([]);

  await page.getByTestId('preset').selectOption('default');
  await page.getByTestId('preset').selectOption('smollm2-135m');
  await page.getByTestId('model-open').click();
  await page.getByTestId('model-load').click({ timeout: PATIENCE });
  await expect(policy).toHaveValue(/^own-huggingfacetb-smollm2-135m-[0-9a-f]{8}$/, { timeout: PATIENCE });
  await expect(dialog).toHaveCount(0);
  const model = await policy.inputValue();
  await expect(task).toHaveValue('follow-format');
  expect(await task.locator('option').allTextContents()).toContain('Counting letters');
  for (const id of ['num_generations', 'prompts_per_step']) await story.setKnob(id, '2');
  await story.setKnob('max_steps', '1');
  await page.getByTestId('reopen').click();
  await story.expectStatus('ready', PATIENCE);
  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  await expect(story.stepCount).toHaveAttribute('data-step', '1');
  await expect(page.getByTestId('group')).toContainText('Write the answer inside <answer></answer> tags.');
  await expect(page.getByText('not in pretraining')).toHaveCount(0);

  await server.close();
  const count = asked.length;
  await page.getByTestId('preset').selectOption('default');
  await expect(policy).toHaveValue('default');
  await page.getByTestId('preset').selectOption('smollm2-135m');
  await expect(policy).toHaveValue(model);
  await expect(dialog).toHaveCount(0);
  expect(asked).toHaveLength(count);
});
