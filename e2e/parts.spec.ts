/**
 * @file A part of the page whose code does not load, or that throws, fails alone: it is named, training continues, and
 * a retry restores it.
 */
import type { Page } from '@playwright/test';
import { expect, quick, type Story, test } from './story.ts';

const address = `./?workers=1#${quick}&max_steps=2000`;

test.use({
  expectedComplaints: [
    /Failed to load resource|did not load; check the connection|Failed to fetch dynamically imported module/,
  ],
});

/** Fails requests for files whose names begin with `name`; resolves to a function that lets them through again. */
async function withhold(page: Page, name: string, how: 404 | 'cut'): Promise<() => Promise<void>> {
  const pattern = `**/assets/${name}-*.js`;
  await page.route(pattern, (route) =>
    how === 404 ? route.fulfill({ status: 404, body: 'not here' }) : route.abort(),
  );
  return () => page.unroute(pattern);
}

async function expectTraining(story: Story): Promise<void> {
  await expect(story.pause).toBeVisible();
  await story.expectStep((await story.step()) + 2);
}

/** Expects the message of a part, retries in vain, then with success. Keyboard focus stays inside the page. */
async function expectMended(story: Story, part: string, words: string, mend: () => Promise<void>): Promise<void> {
  const { page } = story;
  const message = page.getByTestId(`failed-${part}`).first();
  await expect(message).toContainText(words);
  await expect(message).toHaveRole('alert');
  await expectTraining(story);
  const retry = message.getByRole('button', { name: 'Try again' });
  await retry.focus();
  await page.keyboard.press('Enter');
  await expect(message.getByRole('button', { name: 'Open the page again' })).toBeVisible();
  await expect(retry).toBeFocused();
  await mend();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(`failed-${part}`)).toHaveCount(0);
  await expect(page.locator('body')).not.toBeFocused();
  await expectTraining(story);
}

const views = [
  { view: 'atlas', part: 'atlas', file: 'AtlasView', words: 'The atlas did not load', shows: 'atlas' },
  {
    view: 'lessons',
    part: 'lessons',
    file: 'LessonsView',
    words: 'The list of lessons did not load',
    shows: 'lessons',
  },
  {
    view: 'lessons&lesson=group',
    part: 'lesson',
    file: 'LessonArea',
    words: 'The lesson did not load',
    shows: 'lesson',
  },
] as const;

for (const [index, { view, part, file, words, shows }] of views.entries()) {
  test(`${words}: it fails alone and a retry loads it`, async ({ page, story }) => {
    const mend = await withhold(page, file, index === 0 ? 404 : 'cut');
    await story.open(address);
    await story.train.click();
    await page.evaluate((place) => void (location.hash += `&view=${place}`), view);
    await expectMended(story, part, words, mend);
    await expect(page.getByTestId(shows)).toBeVisible();
  });
}

test('offline without kept files, the atlas is named as missing and the rest of the page works', async ({
  page,
  story,
  context,
}) => {
  await story.open(address);
  await story.train.click();
  await story.expectStep(1);
  await context.setOffline(true);
  await page.getByTestId('view-atlas').click();
  await expectMended(story, 'atlas', 'The atlas did not load', () => context.setOffline(false));
  await page.getByTestId('view-playground').click();
  await expect(story.chart('reward')).toBeVisible();
});

test('The dialog for sharing did not load: it can be closed, and a retry loads it', async ({ page, story }) => {
  const mend = await withhold(page, 'ShareArea', 404);
  await story.open(address);
  await story.train.click();
  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-dialog')).toContainText('The dialog for sharing did not load');
  await page.getByTestId('share-close').click();
  await expectTraining(story);
  await page.getByTestId('share').click();
  await expectMended(story, 'share', 'The dialog for sharing did not load', mend);
  await expect(page.getByTestId('share-link')).toBeVisible();
});

test("The drawing did not load: the charts' numbers continue, and one retry loads all drawings", async ({
  page,
  story,
}) => {
  const mend = await withhold(page, 'Plot', 404);
  await story.open(address);
  await story.train.click();
  await story.expectStep(2);
  await expect(page.getByTestId('failed-plot').nth(1)).toBeVisible();
  await expect.poll(() => story.points('reward')).toBeGreaterThan(1);
  await expectMended(story, 'plot', 'The drawing did not load', mend);
  await expect(story.chart('reward').locator('svg.recharts-surface')).toBeVisible();
});

test('The editor did not load: the plain field replaces it, and a retry loads it with the typed text', async ({
  page,
  story,
}) => {
  const mend = await withhold(page, 'codeMirror', 'cut');
  await story.open(address);
  await page.getByTestId('objective-open').click();
  const editor = page.getByTestId('objective-editor');
  await expect(page.getByTestId('editor-missing')).toContainText('The editor did not load');
  await editor.locator('textarea').fill('-A * logp');
  await mend();
  await page.getByTestId('retry-editor').click();
  await expect(editor.locator('.cm-content')).toHaveText('-A * logp');
  await expect(page.getByTestId('editor-missing')).toHaveCount(0);
});

test('missing code for saving a picture, reading an objective or writing a file is named', async ({ page, story }) => {
  const mends = [
    await withhold(page, 'picture', 404),
    await withhold(page, 'asRun', 'cut'),
    await withhold(page, 'save', 404),
  ];
  await story.open(address);
  await story.oneStep();
  await page.getByTestId('save-reward').click();
  await page.getByRole('menuitem', { name: 'SVG' }).click();
  await expect(page.getByTestId('picture-problem-reward')).toContainText('The code that saves pictures did not load');
  await page.getByTestId('group').locator('[data-token]').first().click();
  await expect(page.getByTestId('token-detail').getByRole('alert')).toContainText(
    'The code that reads objectives did not load',
  );
  await page.getByTestId('runs').click();
  await page.getByTestId('run-files').click();
  await page.getByTestId('save-csv').click();
  await expect(page.getByTestId('save-said')).toContainText('The code that reads and writes files did not load');
  for (const mend of mends) await mend();
  await page.getByTestId('token-detail').getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByTestId('token-loss')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByTestId('save-csv').click();
  await download;
  await story.oneStep();
});

test('The code that keeps runs did not load: a retry keeps the steps trained meanwhile', async ({ page, story }) => {
  const mend = await withhold(page, 'database', 404);
  await story.open(address);
  await story.oneStep();
  await expect(page.getByTestId('storage-unloaded')).toContainText('The code that keeps runs did not load');
  await expect(page.getByTestId('status-hint')).toContainText('Kept on this page only');
  await mend();
  await page.getByTestId('retry-storage').click();
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  await expect(page.getByTestId('storage-unloaded')).toHaveCount(0);
});

test.describe('an error in React', () => {
  test.use({ expectedComplaints: [/planted/] });

  test('in one part leaves the others, and a retry shows the part again', async ({ page, story }) => {
    await page.addInitScript(() =>
      Object.defineProperty(navigator, 'userAgent', {
        configurable: true,
        get() {
          throw new Error('planted');
        },
      }),
    );
    await story.open(address);
    await expect(page.getByTestId('failed-foot')).toContainText('The line about backend and policy failed');
    await story.train.click();
    await expectTraining(story);
    await page.evaluate(() => Object.defineProperty(navigator, 'userAgent', { configurable: true, value: 'mended' }));
    await page.getByTestId('retry-foot').click();
    await expect(story.backend).toHaveAttribute('data-backend', 'wasm');
    await expectTraining(story);
  });

  test('in the page itself is reported, and reopening the page restores the run', async ({ page, story }) => {
    await story.open(address);
    await story.oneStep();
    await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
    // The page renames the tab in an effect outside all parts.
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Page.enable');
    const { identifier } = await devTools.send('Page.addScriptToEvaluateOnNewDocument', {
      source: "Object.defineProperty(Document.prototype, 'title', { set() { throw new Error('planted'); } })",
    });
    await page.reload();
    await expect(page.getByTestId('page-failed')).toContainText('Runs are kept in this browser');
    await devTools.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
    await page.getByRole('button', { name: 'Open the page again' }).click();
    await story.expectStatus('paused');
    await expect(story.stepCount).toHaveAttribute('data-step', '1');
  });
});
