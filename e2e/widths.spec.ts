/** @file Every width between a phone and a projector: the head of the page does not run into itself, and the page does not scroll sideways. */
import { expect, quick, test } from './story.ts';

const PATIENCE = 180_000;
const widths = [375, 600, 899, 900, 999, 1024, 1100, 1199, 1200, 1280, 1359, 1360, 1366, 1399, 1400, 1440, 1499, 1500, 1600, 1920];

test.setTimeout(400_000);

test('the head fits at every width while times of a step stand in it', async ({ page, story }) => {
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await story.oneStep(PATIENCE);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    // Until the layout for this width is there.
    await expect(page.getByTestId('tab-charts')).toHaveCount(width < 900 ? 1 : 0);
    const [right, left, sideways] = await page.evaluate(() => {
      const ends = [...document.querySelectorAll('[data-testid="transport"] *')].filter((part) => part.getClientRects().length > 0).map((part) => part.getBoundingClientRect().right);
      const view = document.querySelector('[data-testid="share"]')?.getBoundingClientRect().left ?? 0;
      return [Math.max(...ends), view, document.documentElement.scrollWidth - window.innerWidth];
    });
    expect(sideways, `${width} pixels: scrolls sideways`).toBeLessThanOrEqual(0);
    // On a narrow page the transport stands at the bottom.
    expect(right, `${width} pixels: the transport ends at ${right}`).toBeLessThanOrEqual(width < 900 ? width : left);
  }
});
