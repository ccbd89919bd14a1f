/**
 * @file `npm run soak`: whether memory stays flat while the page trains and is used for a long time. `--help` lists the
 * options.
 */
import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { checkNode, ensureInstalled } from './install.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/**
 * @typedef {{minute: number, step: number, heap: number, nodes: number, whole: number}} Sample MB of the page's
 * JavaScript, DOM nodes, MB of all processes of the page
 */

const MEGABYTE = 2 ** 20;

/**
 * Inspects a step as a user does: another group, a token, its distribution, the pointer over a chart. @param {Page}
 * page
 */
async function inspect(page) {
  await page.getByTestId('completion').first().getByRole('listbox').focus();
  for (let token = 0; token < 3; token++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  await page.keyboard.press('Escape');
  await page.getByTestId('chart-reward').hover();
}

/**
 * Megabytes of the browser's renderers, workers and WebAssembly included.
 * @param {import('@playwright/test').Browser} browser
 */
async function rendererMegabytes(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .reduce((sum, { id }) => {
      const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
      return sum + Number(resident ?? 0) / 1024;
    }, 0);
}

/**
 * @param {Page} page @param {import('@playwright/test').Browser} browser @param {number} minute @returns
 * {Promise<Sample>}
 */
async function sample(page, browser, minute) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (/** @type {string} */ name) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  await session.detach();
  const step = Number(await page.getByTestId('step-count').getAttribute('data-step'));
  return {
    minute,
    step,
    heap: metric('JSHeapUsedSize') / MEGABYTE,
    nodes: metric('Nodes'),
    whole: await rendererMegabytes(browser),
  };
}

/** Starts the run again after its end. @param {Page} page */
async function keepTraining(page) {
  const status = await page.getByTestId('status').getAttribute('data-status');
  if (status === 'running') return;
  if (status !== 'finished') throw new Error(`the run stands still: its status is ${status}`);
  await page.getByTestId('reset').click();
  await page.locator('[data-testid="status"][data-status="ready"]').waitFor();
  await page.getByTestId('train').click();
}

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * The median of the last third compared with that of the second: a lasting rise shows there. @param {readonly Sample[]}
 * samples @param {'heap' | 'nodes' | 'whole'} name
 */
function rise(samples, name) {
  const third = Math.floor(samples.length / 3);
  const of = (/** @type {readonly Sample[]} */ part) => median(part.map((one) => one[name]));
  return { before: of(samples.slice(third, 2 * third)), after: of(samples.slice(-third)) };
}

const help = `Trains in a browser and looks into steps meanwhile, and measures memory; ends with 1 where it is not flat.
  --minutes N    how long (30)
  --hash TEXT    settings as in a link (the default preset with 2000 steps, begun again as often as it ends)
`;

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      hash: { type: 'string', default: 'v=2&max_steps=2000' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const minutes = Number(values.minutes);
  if (!(minutes >= 3)) throw new Error(`--minutes: at least 3, not ${values.minutes}`);
  ensureInstalled();
  const site = await serve({ root: await ensureBuilt(), port: 0 });
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${site.url}?workers=1#${values.hash}`);
    await page.getByTestId('train').click();
    await page.waitForFunction(
      () => Number(document.querySelector('[data-testid="step-count"]')?.getAttribute('data-step')) >= 3,
      null,
      { timeout: 120_000 },
    );
    /** @type {Sample[]} */
    const samples = [];
    for (let minute = 1; minute <= minutes; minute++) {
      for (let look = 0; look < 4; look++) {
        await inspect(page);
        await page.waitForTimeout(14_000);
        await keepTraining(page);
      }
      const one = await sample(page, browser, minute);
      if (one.step === samples.at(-1)?.step) throw new Error(`no step was trained in minute ${minute}`);
      samples.push(one);
      console.log(
        `minute ${minute}: step ${one.step}, heap ${one.heap.toFixed(1)} MB, ${one.nodes} nodes, processes ${one.whole.toFixed(0)} MB`,
      );
    }
    for (const name of /** @type {const} */ (['heap', 'nodes', 'whole'])) {
      const { before, after } = rise(samples, name);
      console.log(`${name}: ${before.toFixed(1)} in the second third, ${after.toFixed(1)} in the last`);
      if (after > 1.1 * before) process.exitCode = 1;
    }
    console.log(process.exitCode === 1 ? 'memory is not flat' : 'memory is flat: within 10 %');
  } finally {
    await browser.close();
    await site.close();
  }
}

checkNode();
await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
