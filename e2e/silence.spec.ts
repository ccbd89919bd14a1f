/**
 * @file Waiting has limits: after a time without an answer the page says so in a sentence, and offers an action that
 * works.
 */
import type { Page, Worker } from '@playwright/test';
import { expect, quick, type Story, test } from './story.ts';

const address = `./?workers=1#${quick}&max_steps=1000`;
const PATIENCE = 180_000;
test.describe.configure({ timeout: 400_000 });

/** Runs this code before the page's own script, and in every training worker before the worker's. */
async function beforeScripts(page: Page, code: string): Promise<void> {
  await page.addInitScript(code);
  await page.route(/\/assets\/trainer\.worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code};\n${await response.text()}` });
  });
}

const gpu = (requestAdapter: string) =>
  `Object.defineProperty(self.navigator, 'gpu', { value: { requestAdapter: async () => ${requestAdapter} } })`;
const silentDevice = `({ info: { vendor: 'acme', architecture: 'one', device: '', description: '', isFallbackAdapter: false }, limits: {}, features: new Set(), requestDevice: () => new Promise(() => {}) })`;

for (const [what, adapter, why] of [
  ['adapter', 'new Promise(() => {})', 'the browser gave no graphics adapter within 10 s'],
  ['device', silentDevice, 'starting it failed (the graphics adapter gave no device within 20 s)'],
] as const) {
  test(`a graphics ${what} that never answers: the page trains on WASM and says why`, async ({ page, story }) => {
    await beforeScripts(page, gpu(adapter));
    await story.open(address, PATIENCE);
    await expect(story.backend).toContainText(`Not on WebGPU: ${why}.`);
    await story.oneStep(PATIENCE);
    await expect(story.error).toHaveCount(0);
  });
}

test('storage that does not answer a returning tab: the page trains, says that nothing is kept, and Try again keeps it', async ({
  page,
  story,
}) => {
  await story.open(address, PATIENCE);
  await story.oneStep(PATIENCE);
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  await page.addInitScript(() => {
    const { open } = IDBFactory.prototype;
    // A request that never fires an event.
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
    window.addEventListener('storage-recovers', () => void (IDBFactory.prototype.open = open));
  });
  await page.reload();
  await expect(page.getByTestId('loading')).toContainText('the run that this tab showed');
  await story.expectStatus('ready', PATIENCE);
  await expect(page.getByTestId('storage-broken')).toContainText(/does not answer.*only on this page.*Try again/s);
  await story.oneStep(PATIENCE);
  await expect(page.getByTestId('status-hint')).toHaveText('The storage does not answer: not kept, on this page only.');
  await page.evaluate(() => window.dispatchEvent(new Event('storage-recovers')));
  await page.getByTestId('storage-again').click();
  await expect(page.getByTestId('storage-broken')).toHaveCount(0);
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  await page.getByTestId('runs').click();
  await expect(page.getByRole('row')).toHaveCount(3);
});

/** Starts a run, calls `happens` with its worker after some steps, and presses Pause. */
async function pauseAfter(story: Story, happens: (trainer: Worker) => Promise<unknown>): Promise<void> {
  await story.open(address, PATIENCE);
  await story.train.click();
  await story.expectStep(11, PATIENCE);
  const trainer = story.page.workers().find((worker) => worker.url().includes('trainer'));
  expect(trainer, 'the training worker').toBeDefined();
  await happens(trainer as Worker);
  await story.pause.click();
  await story.expectStatus('pausing');
}

/** Reopens a stopped run at its last step and trains on. */
async function reopen(story: Story): Promise<void> {
  await expect(story.error).toContainText(/Training stopped.*What was kept: \S.+What to do: \S.+/s);
  const reached = await story.step();
  await story.page.getByRole('button', { name: `Open again at step ${reached}` }).click();
  await story.expectStatus('paused', PATIENCE);
  await story.oneStep(PATIENCE);
  await expect(story.error).toHaveCount(0);
}

test('a hanging worker is reported as silent after half a minute; giving up reopens the run', async ({
  page,
  story,
}) => {
  await pauseAfter(story, (trainer) =>
    trainer.evaluate(
      () =>
        void setTimeout(() => {
          for (;;) {}
        }),
    ),
  );
  await expect(page.getByTestId('silent')).toContainText('Nothing was heard for 30 s', { timeout: 60_000 });
  await page.getByTestId('stop-waiting').click();
  await expect(story.error).toHaveAttribute('data-code', 'worker-silent');
  await expect(page.getByTestId('silent')).toHaveCount(0);
  await reopen(story);
});

test('a worker that dies where locks are refused, as in a frame without storage, is given up and the run reopens', async ({
  page,
  story,
}) => {
  const refuse = `for (const name of ['query', 'request']) LockManager.prototype[name] = () => Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'))`;
  await page.addInitScript(refuse);
  await beforeScripts(page, refuse);
  await pauseAfter(story, (trainer) => trainer.evaluate(() => void setTimeout(() => self.close())));
  await expect(page.getByTestId('silent')).toBeVisible({ timeout: 60_000 });
  await expect(story.error).toHaveAttribute('data-code', 'worker-silent', { timeout: 120_000 });
  await reopen(story);
});

test("if the browser's data is cleared, the current run is kept again completely, and the page says so", async ({
  page,
  story,
  baseURL,
}) => {
  await story.open(address, PATIENCE);
  for (let step = 0; step < 2; step++) await story.oneStep(PATIENCE);
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '2');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', {
    origin: new URL(baseURL ?? '').origin,
    storageTypes: 'indexeddb',
  });
  await expect(page.getByTestId('runs-problem')).toContainText(
    'A run that was kept is gone: the data of this page was cleared',
  );
  await expect(page.getByTestId('runs-problem')).toContainText('The current run is kept again.');
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '2');
  const reward = await story.last('reward');
  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  await expect.poll(() => story.points('reward')).toBe(2);
  expect(await story.last('reward')).toBe(reward);
});
