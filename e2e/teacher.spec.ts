/**
 * @file The teacher: opens a link with hidden controls, trains, explains a token, and shares a link that gives another
 * browser the same curve.
 */
import { createServer, type Server } from 'node:http';
import type { Browser } from '@playwright/test';
import { completionCount, complaintsOf, expect, quick, Story, test } from './story.ts';

const PATIENCE = 180_000;
const STEPS = 4;

test.setTimeout(600_000);

/** The first steps of a run: reward, KL and entropy of each, to the last digit. */
async function curve(story: Story): Promise<string[]> {
  const seen: string[] = [];
  for (let step = 0; step < STEPS; step++)
    seen.push(await story.oneStep(PATIENCE), await story.last('kl'), await story.last('entropy'));
  return seen;
}

/** Opens the page in a new browser context. */
async function stranger(
  browser: Browser,
  address: string,
): Promise<{ story: Story; complaints: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  const story = new Story(page);
  await story.open(address, PATIENCE);
  return { story, complaints, close: () => context.close() };
}

test('a link with hidden controls, an explained token, and a shared link that gives another browser the same curve', async ({
  page,
  story,
  browser,
}) => {
  await story.open(`./?workers=1&hide=ask+leash+updates+beta+no_such_thing#${quick}&beta=0.05&seed=11`, PATIENCE);
  await expect(page.getByTestId('notices')).toContainText('there is no “no_such_thing” to hide');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByTestId('ask-submit')).toHaveCount(0);
  await expect(page.getByTestId('fold-leash')).toHaveCount(0);
  await expect(page.getByTestId('fold-entropy')).toBeVisible();
  await expect(story.knob('beta')).toHaveCount(0);
  await expect(story.knob('learning_rate')).toHaveValue('0.001');

  const taught = await curve(story);
  await page.getByTestId('completion').first().locator('[data-token="0"]').click();
  await expect(page.getByTestId('token-distribution')).toBeVisible({ timeout: PATIENCE });
  await expect(page.getByTestId('token-detail')).toContainText('Loss of this token');

  await page.getByTestId('share').click();
  await expect(page.getByTestId('share-link')).toHaveValue(/hide=ask\+leash\+updates\+beta#.*beta=0\.05/);
  await page.getByTestId('share-single').locator('summary').click();
  await page.getByTestId('hide-runs').check();
  await page.getByTestId('hide-beta').uncheck();
  await page.getByTestId('share-wasm').check();
  const link = await page.getByTestId('share-link').inputValue();
  expect(new URL(link).search).toBe('?backend=wasm&hide=ask+leash+updates+runs');
  await page.getByTestId('copy-share-link').click();
  await expect(page.getByTestId('share-dialog').getByRole('status').first()).toHaveText(/\S/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('share-dialog')).toHaveCount(0);

  const pupil = await stranger(browser, link);
  await expect(pupil.story.knob('beta')).toHaveValue('0.05');
  await expect(pupil.story.page.getByTestId('runs')).toHaveCount(0);
  expect(await curve(pupil.story)).toEqual(taught);
  expect(pupil.complaints).toEqual([]);
  await pupil.close();
});

/** A page of a school on another origin. */
function school(frame: string): Promise<{ url: string; server: Server }> {
  const server = createServer((_, response) =>
    response
      .setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><title>Lesson 4</title><link rel="icon" href="data:,">${frame}`),
  );
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done({ url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, server });
    }),
  );
}

test('the shared frame shows and trains the compact page on a page of another origin', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await page.getByTestId('share').click();
  const frame = await page.getByTestId('share-frame').inputValue();
  const { url, server } = await school(frame);
  try {
    await page.goto(url);
    const inside = page.frameLocator('iframe');
    await expect(inside.getByTestId('status')).toHaveAttribute('data-status', 'ready', { timeout: PATIENCE });
    await inside.getByTestId('step').click();
    await expect(inside.getByTestId('chart-reward')).toHaveAttribute('data-points', '1', { timeout: PATIENCE });
    await expect(inside.locator('[data-chart]')).toHaveCount(3);
    await expect.poll(() => completionCount(inside)).toBe(2);
    await expect(inside.getByTestId('preset')).toHaveCount(0);
    await expect(inside.getByTestId('open-full')).toHaveAttribute('href', new RegExp(`/#${quick.split('&')[0]}`));
  } finally {
    server.close();
  }
});
