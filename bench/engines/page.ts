/** @file Engines in pages of a headless Chromium: each page puts its engine under one global name. */
import { chromium } from '@playwright/test';
import { findBrowser } from '../../scripts/browser.mjs';
import { UsageError } from '../../src/lib/assert.ts';
import type { Engine } from './engine.ts';

/** A page that waits between two measurements is in the background and must not be slowed down for that. */
const args = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-sync',
];

/** Time for an engine to load and to compile on a busy machine. */
const PATIENCE_MILLISECONDS = 240_000;

export interface BenchBrowser {
  readonly version: string;
  /** The engine of the page at this address. Throws the page's error. */
  open(url: string): Promise<Engine>;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<BenchBrowser> {
  const executablePath = await findBrowser();
  if (executablePath === null)
    throw new UsageError('no Chrome or Chromium was found: install one, or set ROLLOUT_CHROMIUM to its path');
  const browser = await chromium.launch({ executablePath, args });
  return {
    version: `Chromium ${browser.version()}`,
    async open(url) {
      // A context each, so that pages do not share a process.
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(PATIENCE_MILLISECONDS);
      const failed = new Promise<never>((_, refuse) => page.once('pageerror', refuse));
      failed.catch(() => {});
      await page.goto(url);
      await Promise.race([failed, page.waitForFunction(() => 'engine' in globalThis)]);
      return {
        facts: () => page.evaluate('engine.facts()'),
        answers: () => page.evaluate('engine.answers()'),
        time: (kind, repetitions) => page.evaluate(`engine.time(${JSON.stringify(kind)}, ${repetitions})`),
        close: () => page.context().close(),
      };
    },
    close: () => browser.close(),
  };
}
