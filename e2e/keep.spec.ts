/**
 * @file Runs are kept over a reload, a closed tab and a second tab; if they cannot be kept the page says so, and
 * nothing kept is lost.
 */
import type { BrowserContext, Page } from '@playwright/test';
import { expect, quick, Story, test } from './story.ts';

const address = `./?workers=1#${quick}&max_steps=2000`;

const PATIENCE = 180_000;

// A story loads several pages, and each compiles its graphs.
test.describe.configure({ timeout: 600_000 });

/** Trains some steps and waits until they are kept. */
async function trainSteps(story: Story, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await story.oneStep(PATIENCE);
  await expectKept(story.page, await story.step());
}

/** Waits until the newest run in the database has that many steps. */
async function expectKept(page: Page, steps: number): Promise<void> {
  await expect.poll(() => keptSteps(page), { message: `${steps} steps kept` }).toContain(steps);
}

/** Number of steps of every run in the database. */
function keptSteps(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open('rollout');
        opening.addEventListener('error', () => reject(opening.error));
        opening.addEventListener('success', () => {
          const database = opening.result;
          if (!database.objectStoreNames.contains('runs')) return resolve([]);
          const asked = database.transaction('runs').objectStore('runs').getAll();
          asked.addEventListener('success', () => {
            database.close();
            resolve(asked.result.map((run: { steps: number }) => run.steps));
          });
        });
      }),
  );
}

/**
 * Waits until the pending writes of a paused page are done or refused: a transaction over the same tables comes after
 * earlier ones.
 */
async function untilSettled(page: Page): Promise<void> {
  // One write may be in progress, and another one waiting behind it.
  for (let write = 0; write < 3; write++) {
    await page.waitForTimeout(200);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('rollout');
          opening.addEventListener('success', () => {
            const { result: database } = opening;
            const turn = database.transaction([...database.objectStoreNames], 'readwrite');
            turn.objectStore('runs').count();
            turn.addEventListener('complete', () => {
              database.close();
              resolve();
            });
          });
        }),
    );
  }
}

/** Changes every kept run in the database to the form of another version of the page. */
function rewriteRuns(page: Page, changes: { readonly format?: number; readonly without?: string }): Promise<void> {
  return page.evaluate(
    ({ format, without }) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('rollout');
        opening.addEventListener('success', () => {
          const change = opening.result.transaction('runs', 'readwrite');
          const runs = change.objectStore('runs');
          const asked = runs.getAll();
          asked.addEventListener('success', () => {
            for (const run of asked.result) {
              if (format !== undefined) run.format = format;
              if (without !== undefined) delete run.config[without];
              runs.put(run);
            }
          });
          change.addEventListener('complete', () => {
            opening.result.close();
            resolve();
          });
        });
      }),
    changes,
  );
}

/** Another tab of the same browser. */
async function newTab(context: BrowserContext): Promise<Story> {
  return new Story(await context.newPage());
}

test('a reload in the middle of a run loses nothing: the run reopens at its last step and continues identically', async ({
  page,
  story,
  browser,
}) => {
  await story.open(address, PATIENCE);
  await story.train.click();
  await story.expectStep(13, PATIENCE);
  const said = Number(await page.getByTestId('saved').getAttribute('data-steps'));
  expect(said).toBeGreaterThan(0);
  await page.reload();
  await story.expectStatus('paused', PATIENCE);
  // The steps reported as kept are kept; on a busy machine the writing is some steps behind the training.
  const step = await story.step();
  expect(step).toBeGreaterThanOrEqual(said);
  await expect.poll(() => story.points('reward')).toBe(step);
  if (step % 10 !== 0) await expect(page.getByTestId('replay')).toContainText(/every number came out the same/);
  const after = [await story.oneStep(PATIENCE), await story.last('kl'), await story.last('entropy')];
  // The same step of an uninterrupted run.
  const other = await browser.newPage();
  const straight = new Story(other);
  await straight.open(address.replace('max_steps=2000', `max_steps=${step + 1}`), PATIENCE);
  await straight.train.click();
  await straight.expectStatus('finished', PATIENCE);
  await expect.poll(() => straight.points('reward')).toBe(step + 1);
  await expect
    .poll(async () => [await straight.last('reward'), await straight.last('kl'), await straight.last('entropy')])
    .toEqual(after);
  await other.close();
});

test('after a tab is closed in the middle of a run, the next one offers the complete run', async ({
  page,
  story,
  context,
}) => {
  await story.open(address, PATIENCE);
  await trainSteps(story, 3);
  const reward = await story.last('reward');
  await page.close();
  const next = await newTab(context);
  await next.open(address, PATIENCE);
  await expect(next.page.getByTestId('offer')).toContainText('stopped at step 3 of 2\u202f000');
  await next.page.getByTestId('go-on-offer').click();
  await next.expectStatus('paused', PATIENCE);
  await expect(next.stepCount).toHaveAttribute('data-step', '3');
  await expect.poll(() => next.last('reward')).toBe(reward);
  await next.oneStep(PATIENCE);
  await expectKept(next.page, 4);
  expect(await keptSteps(next.page)).toEqual([4]);
});

test('a second tab on the same run says that it is open elsewhere, and continues with a copy', async ({
  page,
  story,
  context,
}) => {
  await story.open(address, PATIENCE);
  await trainSteps(story, 2);
  const second = await newTab(context);
  await second.open(address, PATIENCE);
  await expect(second.page.getByTestId('elsewhere')).toContainText(
    /is open in another tab.*Two tabs cannot train the same run/s,
  );
  // At once, and not as a stopped run.
  await expect(second.page.getByTestId('go-on-offer')).toHaveCount(0);
  await second.page.getByTestId('open-copy').click();
  await second.expectStatus('paused', PATIENCE);
  await expect(second.stepCount).toHaveAttribute('data-step', '2');
  await second.oneStep(PATIENCE);
  await story.oneStep(PATIENCE);
  await story.oneStep(PATIENCE);
  await expect.poll(async () => (await keptSteps(page)).sort()).toEqual([3, 4]);
});

test('a browser that refuses storage is reported, and the page trains', async ({ page, story }) => {
  await page.addInitScript(() => {
    // As Firefox does in a private window, and any browser in a frame without storage.
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
  });
  await story.open(address, PATIENCE);
  await expect(page.getByTestId('storage-refused')).toContainText(/Runs will not be kept.*private window/s);
  await story.oneStep(PATIENCE);
  await page.getByTestId('storage-refused').getByRole('button').click();
  await expect(page.getByTestId('storage-refused')).toHaveCount(0);
  await story.oneStep(PATIENCE);
});

test('full storage is reported, kept steps stay, and deleting the oldest run makes room for the others', async ({
  page,
  story,
  baseURL,
}) => {
  await story.open(address, PATIENCE);
  await trainSteps(story, 10);
  await story.reset.click();
  await story.expectStatus('ready', PATIENCE);
  await trainSteps(story, 2);
  const session = await page.context().newCDPSession(page);
  const origin = new URL(baseURL ?? '').origin;
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 1000 });
  await story.train.click();
  await expect(page.getByTestId('storage-full')).toBeVisible();
  await expect(page.getByTestId('storage-full')).toContainText(/is full.*Nothing that was kept is lost/s);
  await story.pause.click();
  await story.expectStatus('paused', PATIENCE);
  await untilSettled(page);
  await expect(page.getByTestId('status-hint')).toHaveText(/^The storage is full: kept .*on this page only\.$/);
  const step = await story.step();
  // The number of steps of the second run that found room depends on the browser; the first run's are all kept.
  const [first = 0, second = 0] = (await keptSteps(page)).sort((a, b) => a - b);
  expect([first, second]).toContain(10);
  expect(Math.max(first, second)).toBeLessThan(step);
  // This browser still counts deleted data for a while, so the quota is raised.
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await page.getByTestId('free').click();
  await expect(page.getByTestId('storage-full')).toHaveCount(0);
  await expect.poll(() => keptSteps(page)).toEqual([step]);
});

test('a run of an earlier version is completed and opens; one of another format does not, and breaks nothing', async ({
  page,
  story,
  context,
}) => {
  await story.open(address, PATIENCE);
  await trainSteps(story, 2);
  await rewriteRuns(page, { without: 'maxGradNorm' });
  await page.close();
  const next = await newTab(context);
  await next.open(address, PATIENCE);
  await next.page.getByTestId('go-on-offer').click();
  await next.expectStatus('paused', PATIENCE);
  await expect(next.stepCount).toHaveAttribute('data-step', '2');
  await rewriteRuns(next.page, { format: 7 });
  await next.page.close();
  const last = await newTab(context);
  await last.open(address, PATIENCE);
  await last.oneStep(PATIENCE);
  await expectKept(last.page, 1);
});
