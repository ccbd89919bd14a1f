/**
 * @file The page in a frame of another site: under a parent with COEP, and with a sandbox that makes its origin opaque.
 */
import { createServer } from 'node:http';
import type { FrameLocator } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { builtPage, startHost } from './host.ts';
import { expect, quick, type Story, test } from './story.ts';

/**
 * Opens a parent on another site (`localhost`, not 127.0.0.1) that frames the page at `url`; closes it after `work`.
 */
async function framed(
  story: Story,
  url: string,
  attributes: string,
  headers: Record<string, string>,
  work: (frame: FrameLocator) => Promise<void>,
): Promise<void> {
  const parent = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', ...headers });
    response.end(
      `<!doctype html><iframe ${attributes} style="width: 1200px; height: 800px" src="${url}?workers=2#${quick}&num_generations=4"></iframe>`,
    );
  });
  await new Promise<void>((done) => void parent.listen(0, '127.0.0.1', done));
  try {
    const address = parent.address();
    if (address === null || typeof address === 'string') throw new Error('the parent has no port');
    await story.page.goto(`http://localhost:${address.port}/`);
    await work(story.page.frameLocator('iframe'));
  } finally {
    parent.closeAllConnections();
    await new Promise((done) => void parent.close(done));
  }
}

async function expectStep(frame: FrameLocator): Promise<void> {
  await expect(frame.getByTestId('status')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await frame.getByTestId('step').click();
  await expect(frame.getByTestId('step-count')).toHaveAttribute('data-step', '1', { timeout: 60_000 });
  await expect(frame.getByTestId('chart-reward')).toHaveAttribute('data-points', '1');
  await expect(frame.getByTestId('error')).toHaveCount(0);
}

test('in a frame of a parent with COEP the page trains', async ({ story, baseURL }) => {
  const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  await framed(story, baseURL ?? '', '', isolated, async (frame) => {
    expect(await story.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expectStep(frame);
  });
});

test('in a frame with sandbox="allow-scripts" alone the page trains, with a second lane, and says that it keeps nothing', async ({
  page,
  story,
}) => {
  const host = await startHost();
  try {
    await framed(story, host.url, 'sandbox="allow-scripts"', {}, async (frame) => {
      await expectStep(frame);
      expect(await page.frames()[1]?.evaluate(() => self.origin)).toBe('null');
      await expect(frame.getByTestId('storage-refused')).toBeVisible();
      await expect(frame.getByTestId('backend')).toHaveAttribute('data-backend', 'wasm');
      await expect(frame.getByTestId('backend')).toHaveAttribute('data-workers', '2');
      // The second lane starts when the page is at rest; a lane that fails to start is an error.
      await expect.poll(() => [...host.asked.keys()].filter((path) => path.includes('/lane.worker')).length).toBe(1);
      await frame.getByTestId('train').click();
      await expect
        .poll(async () => Number(await frame.getByTestId('step-count').getAttribute('data-step')))
        .toBeGreaterThan(10);
      await frame.getByTestId('train').click();
      await frame.getByTestId('view-atlas').click();
      await expect(frame.getByTestId('atlas-search')).toBeVisible();
      await expect(frame.getByTestId('error')).toHaveCount(0);
    });
  } finally {
    await host.close();
  }
});

test.describe('with a host that denies scripts to sandboxed frames', () => {
  test.use({ expectedComplaints: [/blocked by CORS policy|ERR_FAILED/] });

  test('the frame says so in a sentence, and links to the page in a new tab', async ({ story }) => {
    const host = await serve({ root: builtPage, port: 0, headers: false });
    try {
      await framed(story, host.url, 'sandbox="allow-scripts"', {}, async (frame) => {
        await expect(frame.getByText('In a frame with sandbox, open it in a tab of its own')).toBeVisible();
        await expect(frame.getByRole('link', { name: 'open it in a tab of its own' })).toHaveAttribute(
          'target',
          '_blank',
        );
      });
    } finally {
      await host.close();
    }
  });
});
