/**
 * @file Load of the machine by other programs, so that wall-clock times are judged only if they reflect this program.
 */
import type { Browser } from '@playwright/test';
import { cpus } from 'node:os';

/** CPU seconds of all cores since the machine was started. */
function workedSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** CPU seconds used by the processes of a browser. */
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
 * Begins to measure; the returned function gives the average number of cores used since then by anything but this
 * browser.
 */
export async function watchOthers(browser: Browser): Promise<() => Promise<number>> {
  const [own, all, begun] = [await browserSeconds(browser), workedSeconds(), performance.now()];
  return async () => {
    const seconds = (performance.now() - begun) / 1000;
    return (workedSeconds() - all - (await browserSeconds(browser)) + own) / seconds;
  };
}

/**
 * Share of a core that others may use before wall-clock times become unreliable; this test and its server use some
 * themselves.
 */
export const idleShare = 0.4;
