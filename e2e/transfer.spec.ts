/**
 * @file Transfers of a first visit: no file with a hash in its name is requested twice, by the page or by the service
 * worker; and the second visit takes the runtime from the browser's own cache.
 */
import { chromium } from '@playwright/test';
import { startHost } from './host.ts';
import { expect, quick, Story, test, untilKept } from './story.ts';

const PATIENCE = 180_000;
test.setTimeout(600_000);

/** Replaces every kept copy of the runtime by a file that is none; returns their number. Runs in the page. */
async function damageRuntime(): Promise<number> {
  let damaged = 0;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      if (!/ort-wasm-simd-threaded-.*\.wasm$/.test(url)) continue;
      await cache.put(url, new Response('', { headers: { 'Content-Type': 'application/wasm' } }));
      damaged++;
    }
  }
  return damaged;
}

test('a first visit requests no hashed file twice, and the page is kept for offline use', async ({
  launchOptions,
}, info) => {
  const host = await startHost();
  // A profile on disk: the cache of a private context is in memory and has no room for the runtime.
  const context = await chromium.launchPersistentContext(info.outputPath('profile'), {
    ...launchOptions,
    serviceWorkers: 'allow',
  });
  try {
    const [page = await context.newPage()] = context.pages();
    await new Story(page).open(`${host.url}?workers=1#${quick}`, PATIENCE);
    await untilKept(page);
    const hashed = [...host.asked].filter(([path]) => /^\/assets\/.*-[\w-]{8}\.\w+$/.test(path));
    const sum = [...host.asked].reduce(
      (total, [, { times, bytes }]) => ({ times: total.times + times, bytes: total.bytes + bytes }),
      { times: 0, bytes: 0 },
    );
    console.log(`A cold visit: ${sum.times} requests, ${sum.bytes} bytes`);
    expect(hashed.length).toBeGreaterThan(20);
    expect(hashed.filter(([, { times }]) => times > 1)).toEqual([]);
    // The browser keeps machine code beside its own copy of the runtime: that copy is used, not the kept one.
    expect(await page.evaluate(damageRuntime)).toBe(1);
    await page.reload();
    await new Story(page).expectStatus('ready', PATIENCE);
    expect(host.asked.get(hashed.find(([path]) => path.endsWith('.wasm'))?.[0] ?? '')?.times).toBe(1);
  } finally {
    await context.close();
    await host.close();
  }
});
