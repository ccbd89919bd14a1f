/**
 * @file Every width from a phone to a projector: no header of the page or of a chart overlaps itself, and the page does
 * not scroll sideways.
 */
import type { Page } from '@playwright/test';
import { expect, quick, test } from './story.ts';

const PATIENCE = 180_000;
const phones = [320, 340, 359, 360, 366, 369, 370, 375, 384, 390, 400];
const widths = [
  ...phones,
  600,
  899,
  900,
  999,
  1024,
  1100,
  1199,
  1200,
  1280,
  1359,
  1360,
  1366,
  1399,
  1400,
  1440,
  1499,
  1500,
  1600,
  1920,
];
const presented = [
  375, 899, 900, 1024, 1199, 1200, 1280, 1366, 1400, 1440, 1499, 1500, 1599, 1600, 1700, 1799, 1800, 1920,
];

test.setTimeout(400_000);

/** Charts whose legend overlaps their buttons or exceeds their frame. */
function crowdedCharts(): string[] {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('[data-testid="more-charts"]')) fold.open = true;
  return [...document.querySelectorAll<HTMLElement>('[data-chart]')].flatMap((chart) => {
    const button = chart.querySelector('header button')?.getBoundingClientRect();
    const entries = [...chart.querySelectorAll('header [data-series]')].map((entry) => entry.getBoundingClientRect());
    // Below the buttons the legend has the full width of the chart.
    const isCrowded = entries.some(
      ({ top, right }) =>
        right > (button && top < button.bottom ? button.left : chart.getBoundingClientRect().right) + 0.5,
    );
    return isCrowded ? [chart.dataset['chart'] ?? ''] : [];
  });
}

/** Fails if a header overlaps itself or the page scrolls sideways. */
async function expectHeadFits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  // Waits for the layout of this width.
  await expect(page.getByTestId('tab-charts')).toHaveCount(width < 900 ? 1 : 0);
  const [right, left, sideways] = await page.evaluate(() => {
    const ends = [...document.querySelectorAll('[data-testid="transport"] *')]
      .filter((part) => part.getClientRects().length > 0)
      .map((part) => part.getBoundingClientRect().right);
    const view = document.querySelector('[data-testid="share"]')?.getBoundingClientRect().left ?? 0;
    return [Math.max(...ends), view, document.documentElement.scrollWidth - window.innerWidth];
  });
  expect(sideways, `${width} pixels: scrolls sideways`).toBeLessThanOrEqual(0);
  // On a narrow page the transport is at the bottom.
  expect(right, `${width} pixels: the transport ends at ${right}`).toBeLessThanOrEqual(width < 900 ? width : left);
  expect(await page.evaluate(crowdedCharts), `${width} pixels: keys on buttons`).toEqual([]);
}

/** Pixels by which the page scrolls sideways, and the elements that exceed it. */
const sidewaysOf = (page: Page) =>
  page.evaluate(() => {
    const sideways = document.documentElement.scrollWidth - window.innerWidth;
    const beyond = [...document.querySelectorAll('body *')].filter(
      (part) => part.getClientRects().length > 0 && part.getBoundingClientRect().right > window.innerWidth + 0.5,
    );
    return sideways > 0
      ? `${sideways} pixels: ${beyond
          .slice(0, 3)
          .map(({ tagName, className }) => `${tagName}.${String(className)}`)
          .join(', ')}`
      : '';
  });

/** Fails if a view of the page scrolls sideways on a phone. */
async function expectNoSideways(page: Page, what: string): Promise<void> {
  for (const width of phones) {
    await page.setViewportSize({ width, height: 740 });
    expect(await sidewaysOf(page), `${what} at ${width} pixels`).toBe('');
  }
}

test('nothing scrolls sideways on a phone, in any part of the page, also with wider letters', async ({
  page,
  story,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await story.open(`./?workers=1#${quick}&max_steps=2`, PATIENCE);
  await story.train.click();
  await story.expectStatus('finished', PATIENCE);
  for (const letters of ['', '1px']) {
    await page.evaluate((spacing) => void (document.documentElement.style.letterSpacing = spacing), letters);
    for (const tab of ['charts', 'group', 'settings', 'ask', 'runs']) {
      await page.getByTestId(`tab-${tab}`).click();
      if (letters === '') await expectNoSideways(page, tab);
      else expect(await sidewaysOf(page), `${tab}, wider letters`).toBe('');
    }
  }
  for (const view of ['lessons', 'atlas']) {
    await page.goto(`./?view=${view}`);
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible({ timeout: PATIENCE });
    await expectNoSideways(page, view);
  }
});

test('the header fits at every width while it shows times of a step', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await story.oneStep(PATIENCE);
  for (const width of widths) await expectHeadFits(page, width);
  // Also at the end of a run, when Train offers more steps and the line under the bar is longer.
  await story.setKnob('max_steps', '1');
  await story.expectStatus('finished');
  await expect(story.train).toHaveText('Train 100 more');
  for (const width of widths) await expectHeadFits(page, width);
  // Also with the larger type of presentation mode.
  await page.getByTestId('present').click();
  for (const width of presented) await expectHeadFits(page, width);
});
