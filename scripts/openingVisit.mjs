/** @file One visit of the page in a browser, with the figures of its opening. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { ensureBrowser } from './browser.mjs';
import { startCountingProxy } from './countingProxy.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {Record<string, number>} Figures */

const PATIENCE = 120_000;

/**
 * Serves the build of a checkout with its own server, whose compression and headers are part of an opening.
 * @param {string} folder
 * @param {number} [mbit] speed of the line in Mbit/s
 */
export async function serveBuild(folder, mbit = Infinity) {
  const { serve } = await import(pathToFileURL(join(folder, 'scripts/serve.mjs')).href);
  const behind = await serve({ root: join(folder, 'dist'), port: 0 });
  const proxy = await startCountingProxy(behind.port, { mbit });
  return {
    ...proxy,
    async close() {
      await Promise.all([proxy.close(), behind.close()]);
    },
  };
}

/** Runs in the page before its scripts: presses Train as soon as it is there, and marks what appears. */
function watchPage() {
  const attribute = (/** @type {string} */ id, /** @type {string} */ name) =>
    document.querySelector(`[data-testid="${id}"]`)?.getAttribute(name) ?? '';
  const events = new Map(
    Object.entries({
      'Train pressed': () => {
        /** @type {HTMLElement | null} */
        const train = document.querySelector('[data-testid="train"]');
        train?.click();
        return train !== null;
      },
      'run open': () => ['ready', 'running'].includes(attribute('status', 'data-status')),
      'first live point': () => Number(attribute('chart-reward', 'data-points')) > 0,
      'step 10': () => Number(attribute('step-count', 'data-step')) >= 10,
    }),
  );
  new MutationObserver(() => {
    for (const [name, happened] of events) if (happened() && events.delete(name)) performance.mark(name);
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** Timings of a thread and the files that it loaded; `end` in ms since `origin`. */
const timings = () => ({
  origin: performance.timeOrigin,
  entries: performance
    .getEntries()
    .filter(({ entryType }) => ['mark', 'measure', 'resource', 'paint'].includes(entryType))
    .map(({ name, startTime, duration }) => ({ name, end: startTime + duration, duration })),
});

/** The figure of an entry, or null for other entries. @param {string} name */
function figureOf(name) {
  if (name === 'first-contentful-paint') return 'first view';
  if (/ort-wasm.*\.wasm$/.test(name)) return 'runtime loaded';
  if (name.endsWith('.safetensors')) return 'policy loaded';
  return /^https?:|^first-paint$/.test(name) ? null : name;
}

/** Milliseconds since the page was opened, of the page and its training worker. @param {Page} page */
async function marksOf(page) {
  const workers = page.workers().filter((worker) => /\/trainer\.worker/.test(worker.url()));
  const threads = await Promise.all([page.evaluate(timings), ...workers.map((worker) => worker.evaluate(timings))]);
  /** @type {Figures} */
  const marks = {};
  for (const { origin, entries } of threads)
    for (const { name, end } of entries) {
      const figure = figureOf(name);
      if (figure) marks[`${figure}, ms`] ??= Math.round(origin - (threads[0]?.origin ?? 0) + end);
    }
  return Object.fromEntries(Object.entries(marks).toSorted(([, a], [, b]) => a - b));
}

/** @param {string} path */
function kindOf(path) {
  if (/ort.*\.wasm$/.test(path)) return 'runtime';
  if (path.endsWith('.safetensors')) return 'policy';
  return /\.(?:js|css)$/.test(path) ? 'scripts and styles' : 'other files';
}

/** Whether the service worker has kept page, runtime and policy. Runs in the page. */
async function isKept() {
  const caching = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
  const urls = (await Promise.all(caching)).flat().map(({ url }) => url);
  return urls.filter((url) => /ort-wasm-simd-threaded-.*\.wasm$|default\.safetensors$|\/$/.test(url)).length === 3;
}

/** Processor seconds of all processes of the browser. @param {import('@playwright/test').CDPSession} session */
async function processorSeconds(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/**
 * Opens the page with a profile, trains ten steps, and returns milliseconds since the opening, processor seconds until
 * the first live point, and requests and bytes by kind of file.
 * @param {string} profile folder
 * @param {{url: string, asked: Map<string, {times: number, bytes: number}>}} site
 * @param {boolean} stay until a second visit needs nothing from the network
 * @returns {Promise<Figures>}
 */
export async function openingVisit(profile, site, stay) {
  site.asked.clear();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureBrowser(),
    viewport: { width: 1440, height: 900 },
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const [page = await context.newPage()] = context.pages();
    const browser = context.browser();
    if (!browser) throw new Error('the browser of the profile is not known');
    const session = await browser.newBrowserCDPSession();
    const until = (/** @type {string} */ name) =>
      page.waitForFunction((mark) => performance.getEntriesByName(mark).length > 0, name, { timeout: PATIENCE });
    await page.addInitScript(watchPage);
    const before = await processorSeconds(session);
    await page.goto(site.url);
    await until('first live point');
    const processor = (await processorSeconds(session)) - before;
    await until('step 10');
    /** @type {Figures} */
    const figures = {
      ...(await marksOf(page)),
      'processor until the first live point, s': Math.round(100 * processor) / 100,
      requests: 0,
      'runtime, bytes': 0,
      'scripts and styles, bytes': 0,
      'policy, bytes': 0,
      'other files, bytes': 0,
    };
    while (stay && !(await page.evaluate(isKept))) await page.waitForTimeout(500);
    for (const [path, { times, bytes }] of site.asked) {
      const kind = `${kindOf(path)}, bytes`;
      figures[kind] = (figures[kind] ?? 0) + bytes;
      figures.requests = (figures.requests ?? 0) + times;
    }
    return figures;
  } finally {
    await context.close();
  }
}
