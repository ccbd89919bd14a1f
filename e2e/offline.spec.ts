/**
 * @file After the first visit the page opens and trains without a network, also under a sub-path; a newer version waits
 * for a click.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../scripts/serve.mjs';
import { builtPage as root } from './host.ts';
import { expect, quick, test, untilKept } from './story.ts';

const PATIENCE = 180_000;

test.setTimeout(600_000);
test.use({ serviceWorkers: 'allow' });

test('after one visit the page opens under a sub-path without its server, and trains', async ({
  page,
  story,
  context,
}) => {
  const host = await serve({ root, base: '/sub/path/', port: 0 });
  try {
    await story.open(`${host.url}?workers=1#${quick}`, PATIENCE);
    await untilKept(page);
  } finally {
    await host.close();
  }
  await context.setOffline(true);
  await page.goto('about:blank');
  await story.open(`${host.url}?workers=1#${quick}&seed=5`, PATIENCE);
  expect(await page.evaluate(() => navigator.onLine)).toBe(false);
  await story.oneStep(PATIENCE);
  await expect(story.error).toHaveCount(0);
});

test('a newer version is offered, and loads on a click only', async ({ page, story }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-version-'));
  cpSync(root, folder, { recursive: true });
  const host = await serve({ root: folder, port: 0 });
  const edition = page.locator('html[data-edition="next"]');
  try {
    await story.open(`${host.url}?workers=1#${quick}`, PATIENCE);
    await untilKept(page);
    await expect(page.getByTestId('update')).toHaveCount(0);
    const [script, markup] = [join(folder, 'service-worker.js'), join(folder, 'index.html')];
    // Not its title, which the page itself rewrites a moment later.
    writeFileSync(markup, readFileSync(markup, 'utf8').replace('<html', '<html data-edition="next"'));
    writeFileSync(
      script,
      readFileSync(script, 'utf8').replace(/version: ?[`"'][0-9a-f]+/, (version) => `${version}next`),
    );
    await page.reload();
    await story.expectStatus('ready', PATIENCE);
    await expect(page.getByTestId('update')).toBeVisible({ timeout: PATIENCE });
    await expect(edition).toHaveCount(0);
    await page.getByTestId('update-now').click();
    await expect(edition).toHaveCount(1, { timeout: PATIENCE });
    await story.expectStatus('ready', PATIENCE);
    await expect(page.getByTestId('update')).toHaveCount(0);
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
