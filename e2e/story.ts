/**
 * @file Shared by the stories: a page watched for errors and long tasks, and locators of its parts.
 */
import { expect, test as base, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { translatePages } from './translator.ts';

/** A long task as recorded by the browser: 50 ms or more, in ms since the page was opened. */
export interface LongTask {
  readonly start: number;
  readonly duration: number;
}

declare global {
  interface Window {
    longTasks: LongTask[];
  }
}

/**
 * ROLLOUT_TRANSLATE=<number> runs every story on pages that are translated at random moments, with the number as seed.
 */
const translationSeed = process.env['ROLLOUT_TRANSLATE'];

/**
 * Collects errors of the page and its workers (console errors, violations of the content security policy, uncaught
 * errors).
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  if (translationSeed) void translatePages(page, Number(translationSeed));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // The console names violations on the page and in its workers; the event also covers those blocked silently.
  void page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      console.error(`policy: ${effectiveDirective} stopped ${blockedURI}`),
    ),
  );
  // A request to another site would disclose the visit. Pages served by a story itself are on this machine.
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1' && hostname !== 'localhost')
      complaints.push(`asked ${request.url()}`);
  });
  return complaints;
}

/** Records the browser's long tasks from the page's first moment on. */
export async function recordLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.longTasks = [];
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ start: startTime, duration });
    });
    observer.observe({ type: 'longtask', buffered: true });
  });
}

/** Number of completions in the group panel, in which equal ones share a row. */
export const completionCount = (within: Page | FrameLocator): Promise<number> =>
  within
    .getByTestId('completion')
    .evaluateAll((rows) => rows.reduce((sum, row) => sum + Number(row.getAttribute('data-count')), 0));

/** The page as a user sees it. */
export class Story {
  readonly train: Locator;
  readonly pause: Locator;
  readonly stepButton: Locator;
  readonly reset: Locator;
  readonly status: Locator;
  readonly stepCount: Locator;
  readonly backend: Locator;
  readonly error: Locator;

  constructor(readonly page: Page) {
    this.train = page.getByTestId('train');
    this.pause = page.getByTestId('pause');
    this.stepButton = page.getByTestId('step');
    this.reset = page.getByTestId('reset');
    this.status = page.getByTestId('status');
    this.stepCount = page.getByTestId('step-count');
    this.backend = page.getByTestId('backend');
    this.error = page.getByTestId('error');
  }

  /** Opens the page and waits until a run is ready. */
  async open(address = './', timeout = 60_000): Promise<void> {
    await this.page.goto(address);
    await this.expectStatus('ready', timeout);
  }

  chart(id: string): Locator {
    return this.page.getByTestId(`chart-${id}`);
  }

  knob(id: string): Locator {
    return this.page.getByTestId(`knob-${id}`);
  }

  knobError(id: string): Locator {
    return this.page.getByTestId(`knob-error-${id}`);
  }

  /** Types a value into a knob and commits it. */
  async setKnob(id: string, value: string): Promise<void> {
    await this.knob(id).fill(value);
    await this.knob(id).press('Enter');
  }

  async points(id: string): Promise<number> {
    return Number(await this.chart(id).getAttribute('data-points'));
  }

  /** The newest value of a chart's first series, unrounded. */
  async last(id: string): Promise<string> {
    return (await this.chart(id).getAttribute('data-last')) ?? '';
  }

  /** The newest value of a series in a chart's legend; NaN before there is one. */
  async value(chart: string, series: string): Promise<number> {
    const value = await this.chart(chart).locator(`[data-series="${series}"]`).getAttribute('data-value');
    return Number(value ?? Number.NaN);
  }

  async step(): Promise<number> {
    return Number(await this.stepCount.getAttribute('data-step'));
  }

  /** Waits for a status; if the run has failed, ends within seconds with the page's message. */
  async expectStatus(status: string, timeout = 60_000): Promise<void> {
    const reached = (pattern: string | RegExp, limit = timeout) =>
      expect(this.status).toHaveAttribute('data-status', pattern, { timeout: limit });
    if (status !== 'failed') {
      await reached(new RegExp(`^(?:${status}|failed)$`));
      // After a click on "Open again" the old status stays for a moment.
      const message = async () => `the page says: ${(await this.error.allTextContents()).join(' | ')}`;
      if ((await this.status.getAttribute('data-status')) === 'failed')
        await expect(this.status, await message()).not.toHaveAttribute('data-status', 'failed');
    }
    await reached(status);
  }

  async expectStep(step: number, timeout = 60_000): Promise<void> {
    await expect.poll(() => this.step(), { timeout, message: `step ${step}` }).toBeGreaterThanOrEqual(step);
  }

  /** Presses Step and waits for the step and its points in the charts; returns the reward to the last digit. */
  async oneStep(timeout = 60_000): Promise<string> {
    const before = await this.step();
    await this.stepButton.click();
    await expect(this.stepCount).toHaveAttribute('data-step', String(before + 1), { timeout });
    // Charts are drawn at different moments.
    for (const id of ['reward', 'kl', 'entropy', 'length', 'reward-terms']) {
      if (await this.chart(id).count()) await expect.poll(() => this.points(id), { message: id }).toBe(before + 1);
    }
    return this.last('reward');
  }
}

interface Fixtures {
  /** Errors that a story provokes on purpose. */
  readonly expectedComplaints: readonly RegExp[];
  readonly story: Story;
}

/** A story fails on any error of the page that it did not announce. */
export const test = base.extend<Fixtures>({
  expectedComplaints: [[], { option: true }],
  context: async ({ context }, provide) => {
    if (translationSeed) await translatePages(context, Number(translationSeed));
    await provide(context);
  },
  story: async ({ page, expectedComplaints }, provide) => {
    const complaints = complaintsOf(page);
    await provide(new Story(page));
    expect(complaints.filter((complaint) => !expectedComplaints.some((expected) => expected.test(complaint)))).toEqual(
      [],
    );
  },
});

export { expect };

/** A run of fast steps: two short prompts, two completions each, no evaluation. */
export const quick = 'v=2&num_generations=2&prompts_per_step=2&difficulty=2&eval_every=0&shard_size=4';

/** Waits until all files used by a run on WASM with the default policy are kept for offline use. */
export const untilKept = (page: Page) =>
  expect
    .poll(
      () =>
        page.evaluate(async () => {
          const urls = await Promise.all(
            (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
          );
          return urls.flat().filter((url) => /ort-wasm-simd-threaded-.*\.wasm$|default\.safetensors$|\/$/.test(url))
            .length;
        }),
      { timeout: 180_000 },
    )
    .toBe(3);
