/** @file The page in a frame of another site: under a parent with COEP, and with a sandbox that takes its origin away. */
import { createServer } from 'node:http';
import type { FrameLocator } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { builtPage } from './host.ts';
import { expect, quick, type Story, test } from './story.ts';

/** Opens a parent on another site (`localhost`, not 127.0.0.1) that frames the page; closed again after `work`. */
async function framed(story: Story, attributes: string, parentHeaders: Record<string, string>, headers: boolean, work: (frame: FrameLocator) => Promise<void>): Promise<void> {
  const host = await serve({ root: builtPage, port: 0, headers });
  const parent = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', ...parentHeaders });
    response.end(`<!doctype html><iframe ${attributes} style="width: 1200px; height: 800px" src="${host.url}?workers=2#${quick}"></iframe>`);
  });
  await new Promise<void>((done) => void parent.listen(0, '127.0.0.1', done));
  try {
    const address = parent.address();
    if (address === null || typeof address === 'string') throw new Error('the parent has no port');
    await story.page.goto(`http://localhost:${address.port}/`);
    await work(story.page.frameLocator('iframe'));
  } finally {
    parent.closeAllConnections();
    await Promise.all([new Promise((done) => void parent.close(done)), host.close()]);
  }
}

async function expectStep(frame: FrameLocator): Promise<void> {
  await expect(frame.getByTestId('status')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await frame.getByTestId('step').click();
  await expect(frame.getByTestId('step-count')).toHaveAttribute('data-step', '1', { timeout: 60_000 });
  await expect(frame.getByTestId('chart-reward')).toHaveAttribute('data-points', '1');
  await expect(frame.getByTestId('error')).toHaveCount(0);
}

test('a parent with COEP may frame the page, which trains there', async ({ story }) => {
  const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  await framed(story, '', isolated, true, async (frame) => {
    expect(await story.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expectStep(frame);
  });
});

test('in a frame with sandbox="allow-scripts" alone the page trains, with every lane, and says that it keeps nothing', async ({ page, story }) => {
  await framed(story, 'sandbox="allow-scripts"', {}, true, async (frame) => {
    await expectStep(frame);
    expect(await page.frames()[1]?.evaluate(() => self.origin)).toBe('null');
    await expect(frame.getByTestId('storage-refused')).toBeVisible();
    await expect(frame.getByTestId('backend')).toHaveAttribute('data-backend', 'wasm');
    // Its further lanes and the atlas are loaded later.
    await expect.poll(() => page.workers().length).toBe(2);
    await frame.getByTestId('train').click();
    await expect.poll(async () => Number(await frame.getByTestId('step-count').getAttribute('data-step'))).toBeGreaterThan(4);
    await frame.getByTestId('train').click();
    await frame.getByTestId('view-atlas').click();
    await expect(frame.getByTestId('atlas-search')).toBeVisible();
  });
});

test.describe('where the host lets no sandboxed frame have the scripts', () => {
  test.use({ expectedComplaints: [/blocked by CORS policy|ERR_FAILED/] });

  test('the frame says so in a sentence, and links to the page in a tab of its own', async ({ story }) => {
    await framed(story, 'sandbox="allow-scripts"', {}, false, async (frame) => {
      await expect(frame.getByText('In a frame with sandbox, open it in a tab of its own')).toBeVisible();
      await expect(frame.getByRole('link', { name: 'open it in a tab of its own' })).toHaveAttribute('target', '_blank');
    });
  });
});
