/**
 * @file How busy the machine is with other things, so that a wall clock is judged only where it tells of this program.
 */
import type { Browser } from '@playwright/test';
import { cpus } from 'node:os';

/** Seconds that all cores together have worked since the machine was started. */
function workedSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** Seconds of CPU that the processes of a browser have taken. */
async function browserSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  } finally {
    await session.detach();
  }
}

/**
 * Begins to measure; the function it gives tells how many cores anything but this browser has taken since then, on
 * average.
 */
export async function watchOthers(browser: Browser): Promise<() => Promise<number>> {
  const [own, all, begun] = [await browserSeconds(browser), workedSeconds(), performance.now()];
  return async () => {
    const seconds = (performance.now() - begun) / 1000;
    return (workedSeconds() - all - (await browserSeconds(browser)) + own) / seconds;
  };
}

/** Cores that others may take before wall-clock times say nothing; this test and its server take some themselves. */
export const idleShare = 0.4;
