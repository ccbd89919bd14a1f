/** @file A host that once answered with its page for a script or for the runtime leaves no wrong file in any cache. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { builtPage, type Host, startHost } from './host.ts';
import { expect, quick, test, untilKept } from './story.ts';

const PATIENCE = 180_000;
const address = (host: Host) => `${host.url}?workers=1#${quick}`;
/** Headers of a fallback answer, on a host that applies its rule for `assets/` to it as well. */
const forEver = { 'cache-control': 'public, max-age=31536000, immutable' };

test.setTimeout(600_000);
test.use({ serviceWorkers: 'allow' });

/** Paths of the build that match, at least one. */
function pathsOf(pattern: RegExp): string[] {
  const script = readFileSync(join(builtPage, 'service-worker.js'), 'utf8');
  const found = [...new Set(script.match(/assets\/[\w.-]+/g))]
    .filter((path) => pattern.test(path))
    .map((path) => `/${path}`);
  expect(found.length, String(pattern)).toBeGreaterThan(0);
  return found;
}

const atlas = () => pathsOf(/\/AtlasView-.*\.js$/);
const runtime = () => pathsOf(/\/ort-wasm-simd-threaded-.*\.wasm$/);
const entry = () => pathsOf(/\/index-.*\.js$/);

/** Files in all caches under names of scripts or of the runtime that are in fact the page. */
const wronglyKept = (page: Page) =>
  page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const type = (await cache.match(request))?.headers.get('content-type') ?? '';
        if (/\.(?:js|wasm)$/.test(request.url) && type.startsWith('text/html')) found.push(request.url);
      }
    }
    return found;
  });

test('a script that the host lacks while the page is cached: the atlas opens once the host has it', async ({
  page,
  story,
}) => {
  const host = await startHost();
  try {
    for (const path of atlas()) host.lacking.add(path);
    await story.open(address(host), PATIENCE);
    // The service worker requests files that this page has not used yet.
    await expect.poll(() => atlas().every((path) => host.asked.has(path)), { timeout: PATIENCE }).toBe(true);
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.installing ?? null), {
        timeout: PATIENCE,
      })
      .toBeNull();
    expect(await wronglyKept(page)).toEqual([]);
    host.lacking.clear();
    await page.reload();
    await story.expectStatus('ready', PATIENCE);
    await untilKept(page);
    await page.reload();
    await story.expectStatus('ready', PATIENCE);
    await page.goto(`${address(host)}&view=atlas`);
    await expect(page.getByTestId('atlas-search')).toBeVisible();
    expect(await wronglyKept(page)).toEqual([]);
  } finally {
    await host.close();
  }
});

test.describe('while the host is misconfigured', () => {
  test.use({ expectedComplaints: [/MIME type|magic word|falling back to ArrayBuffer/] });

  test('a page cached for a year as the runtime: Open again requests the runtime past the cache', async ({
    page,
    story,
  }) => {
    const host = await startHost();
    try {
      for (const path of runtime()) host.lacking.add(path);
      Object.assign(host.lackingHeaders, forEver);
      await page.goto(address(host));
      await expect(story.error).toContainText(/magic word/, { timeout: PATIENCE });
      host.lacking.clear();
      await page.getByTestId('reopen').click();
      await story.expectStatus('ready', PATIENCE);
      await story.oneStep();
    } finally {
      await host.close();
    }
  });

  test('wrong files kept by an older worker are deleted by the next one, without a click on a blank page', async ({
    page,
    story,
  }, info) => {
    const root = info.outputPath('dist');
    cpSync(builtPage, root, { recursive: true });
    const host = await startHost(root);
    try {
      await story.open(address(host), PATIENCE);
      await untilKept(page);
      const poisoned = await page.evaluate(
        async (wanted) => {
          let put = 0;
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const path of wanted) {
              if (!(await cache.match(path))) continue;
              await cache.put(
                path,
                new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
              );
              put++;
            }
          }
          return put;
        },
        [...entry(), ...runtime()],
      );
      expect(poisoned).toBe(2);
      await page.reload();
      await expect(page.locator('.late')).toBeVisible();
      const script = join(root, 'service-worker.js');
      writeFileSync(
        script,
        readFileSync(script, 'utf8').replace(/version: ?[`"'][0-9a-f]+/, (version) => `${version}next`),
      );
      await expect(async () => {
        await page.reload();
        await story.expectStatus('ready', 5000);
      }).toPass({ timeout: PATIENCE });
      await story.oneStep();
      expect(await wronglyKept(page)).toEqual([]);
    } finally {
      await host.close();
    }
  });
});
