/** @file The same build under a sub-path of a plain static host that sets no headers. */
import { fileURLToPath } from 'node:url';
import { serve } from '../scripts/serve.mjs';
import { expect, quick, test } from './story.ts';

const root = process.env['ROLLOUT_ROOT'] ?? fileURLToPath(new URL('../dist', import.meta.url));

test('under /sub/path/ and without headers the page trains', async ({ page, story }) => {
  const host = await serve({ root, base: '/sub/path/', port: 0, headers: false });
  try {
    expect((await fetch(host.url)).headers.get('content-security-policy')).toBeNull();
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(host.url) && !/^(blob|data):/.test(request.url())) elsewhere.push(request.url());
    });
    await story.open(`${host.url}?workers=2#${quick}`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(story.backend).toHaveAttribute('data-workers', '1');
    await story.oneStep();
    expect(elsewhere).toEqual([]);
  } finally {
    await host.close();
  }
});
