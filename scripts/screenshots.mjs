/**
 * @file `npm run screenshots`: pictures of the page's main states in three sizes and both colour schemes. `--help`
 * lists the options.
 */
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { checkNode, ensureInstalled, projectRoot } from './install.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const minutes = 60_000;
const sizes = [
  { name: '1440x900', width: 1440, height: 900 },
  { name: '1920x1080', width: 1920, height: 1080 },
  { name: '375x812', width: 375, height: 812 },
];
const schemes = /** @type {const} */ (['light', 'dark']);

/** @param {Page} page @param {string} status @param {number} [timeout] */
const untilStatus = (page, status, timeout = minutes) =>
  page.locator(`[data-testid="status"][data-status="${status}"]`).waitFor({ timeout });

/** Narrow pages show one part at a time. @param {Page} page @param {string} tab */
async function openTab(page, tab) {
  const button = page.locator(`[data-testid="tab-${tab}"][aria-selected="false"]`);
  if (await button.count()) await button.click();
}

/** @param {Page} page @param {number} step */
const untilStep = (page, step) =>
  page.waitForFunction(
    (wanted) => Number(document.querySelector('[data-testid="step-count"]')?.getAttribute('data-step')) >= wanted,
    step,
    { timeout: 10 * minutes },
  );

/** Loads the page at another hash. @param {Page} page @param {string} hash */
async function openAt(page, hash) {
  const { origin, pathname } = new URL(page.url());
  await page.goto('about:blank');
  await page.goto(`${origin}${pathname}#${hash}`);
}

/**
 * The states in the order in which one page goes through them; `tab` is the tab that a narrow page shows.
 * @type {readonly {name: string, tab: string, reach: (page: Page) => Promise<unknown>}[]}
 */
const states = [
  { name: 'open', tab: 'charts', reach: (page) => untilStatus(page, 'ready') },
  {
    name: 'training',
    tab: 'charts',
    reach: async (page) => {
      await page.getByTestId('train').click();
      await untilStep(page, 60);
    },
  },
  {
    name: 'paused',
    tab: 'group',
    reach: async (page) => {
      await page.getByTestId('pause').click();
      await untilStatus(page, 'paused');
      await openTab(page, 'group');
      // The group is drawn a few times per second.
      await page.waitForTimeout(1000);
      await page.getByTestId('completion').first().getByRole('listbox').focus();
      for (let token = 0; token < 3; token++) await page.keyboard.press('ArrowRight');
    },
  },
  {
    name: 'settings',
    tab: 'settings',
    reach: async (page) => {
      await openTab(page, 'settings');
      await page.getByTestId('knob-num_generations').fill('4');
      await page.getByTestId('knob-num_generations').press('Enter');
      await page.getByTestId('knob-learning_rate').fill('5');
      await page.getByTestId('knob-learning_rate').press('Enter');
      await page.getByTestId('preset').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'countdown',
    tab: 'charts',
    reach: async (page) => {
      await openTab(page, 'settings');
      await page.getByTestId('preset').selectOption('countdown');
      await page.getByTestId('reset').click();
      await untilStatus(page, 'ready');
      await page.getByTestId('train').click();
      await untilStep(page, 3);
      await page.getByTestId('pause').click();
      await untilStatus(page, 'paused');
    },
  },
  {
    name: 'atlas',
    tab: 'charts',
    reach: async (page) => {
      await openAt(page, 'view=atlas&entry=paper-58');
      await page.getByTestId('pair').first().waitFor();
      await page.getByTestId('result').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'lessons',
    tab: 'lesson',
    reach: async (page) => {
      await openAt(page, 'view=lessons');
      await page.getByTestId('lessons').waitFor();
    },
  },
  {
    name: 'lesson',
    tab: 'lesson',
    reach: async (page) => {
      await page.locator('[data-testid^="open-lesson-"]').first().click();
      await page.getByTestId('lesson').waitFor();
      await page.locator('[data-testid^="choice-"]').first().waitFor();
    },
  },
];

/**
 * Every state at one size: one run, pictured in both schemes. @param {Page} page @param {string} folder
 * @param {string} size
 */
async function picture(page, folder, size) {
  for (const { name, tab, reach } of states) {
    await reach(page);
    // A tooltip of the last pressed button would cover the parts below it.
    await page.mouse.move(1, 1);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await openTab(page, tab);
      // Charts are drawn a few times per second.
      await page.waitForTimeout(1500);
      const path = join(folder, fileName(name, size, colorScheme));
      await page.screenshot({ path });
      console.log(path);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

/**
 * The picture used in the documentation has a short name. @param {string} state @param {string} size @param {string}
 * scheme
 */
const fileName = (state, size, scheme) =>
  state === 'training' && size === '1440x900' && scheme === 'light' ? 'training.png' : `${state}-${size}-${scheme}.png`;

const help = `Pictures of the page's main states, in both colour schemes.
  --out FOLDER   where they go (docs/screenshots)
  --size NAME    only this size: ${sizes.map(({ name }) => name).join(', ')}
`;

async function main() {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, size: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return void process.stdout.write(help);
  const chosen = sizes.filter(({ name }) => values.size === undefined || name === values.size);
  if (chosen.length === 0)
    throw new Error(`--size: "${values.size}" is none of ${sizes.map(({ name }) => name).join(', ')}`);
  ensureInstalled();
  const folder = values.out ?? join(projectRoot, 'docs', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const site = await serve({ root: await ensureBuilt(), port: 0 });
  const browser = await chromium.launch({
    executablePath: await ensureBrowser(),
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  try {
    for (const { name, width, height } of chosen) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
      await page.goto(site.url);
      await picture(page, folder, name);
      await page.close();
    }
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
