/** @file The group in the inspector as a newcomer meets it: after the first step, with headings, and never flat by choice. */
import { completionCount, expect, test } from './story.ts';

/** Rewards of the shown group, one per completion. */
const rewardsShown = (rows: Element[]): number[] =>
  rows.flatMap((row) =>
    Array.from({ length: Number(row.getAttribute('data-count')) }, () =>
      Number(/reward\s*(−?[\d.]+)/.exec((row as HTMLElement).innerText)?.[1]?.replace('−', '-')),
    ),
  );

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

declare global {
  interface Window {
    /** Every text that the group panel had. */
    saidByGroup: Set<string>;
  }
}

test('the first step opens the group with the largest spread, and never says that its completions were dropped', async ({
  page,
  story,
}) => {
  await story.open('./#v=2&eval_every=0');
  await page.evaluate(() => {
    const panel = document.querySelector('[data-testid="group"]') as HTMLElement;
    const said = new Set<string>();
    new MutationObserver(() => said.add(panel.innerText)).observe(panel, { subtree: true, childList: true });
    window.saidByGroup = said;
  });
  await expect(page.getByTestId('intro')).toContainText(/^This page trains .* become likelier\.$/);
  await story.oneStep();
  await expect(page.getByTestId('intro')).toHaveCount(0);
  const rows = page.getByTestId('group').getByTestId('completion');
  await expect.poll(() => completionCount(page)).toBe(8);
  const said = await page.evaluate(() => [...window.saidByGroup]);
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter((words) => words.includes('kept only while'))).toEqual([]);

  const shown = await rows.evaluateAll(rewardsShown);
  const mean = shown.reduce((sum, reward) => sum + reward, 0) / shown.length;
  await expect(page.getByTestId('row-head')).toHaveText(
    new RegExp(`reward.*mean ${mean.toFixed(2)} → advantage.*verdict.*method`),
  );
  const [previous, next] = ['Previous group', 'Next group'].map((name) => page.getByRole('button', { name }));
  while (await previous?.isEnabled()) await previous?.click();
  const others = [variance(await rows.evaluateAll(rewardsShown))];
  while (await next?.isEnabled()) {
    await next?.click();
    others.push(variance(await rows.evaluateAll(rewardsShown)));
  }
  expect(others).toHaveLength(8);
  expect(variance(shown)).toBeCloseTo(Math.max(...others), 6);
});

test('after a reload the replay of the last step brings its completions back', async ({ page, story }) => {
  await story.open('./#v=2&eval_every=0');
  await story.oneStep();
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  const tokens = () => page.getByTestId('group').getByRole('listbox').allInnerTexts();
  const before = await tokens();
  expect(before.length).toBeGreaterThan(1);
  await page.reload();
  await story.expectStatus('paused');
  await expect.poll(() => completionCount(page)).toBe(8);
  expect(await tokens()).toEqual(before);
});

test('more measures are folded away, and neither they nor a long message make the page scroll', async ({
  page,
  story,
}) => {
  await story.open('./#v=2&eval_every=0');
  await expect(story.chart('pass-at-k')).toBeHidden();
  await page.getByTestId('more-charts').locator('summary').click();
  await expect(story.chart('pass-at-k')).toBeVisible();
  const sizes = await page.evaluate(() => {
    const tall = document.createElement('div');
    tall.style.cssText = 'flex: none; height: 700px';
    document.getElementById('charts')?.before(tall);
    const root = document.documentElement;
    const charts = document.getElementById('charts')?.clientHeight ?? 0;
    return { page: root.scrollHeight - root.clientHeight, charts };
  });
  expect(sizes.page).toBe(0);
  expect(sizes.charts).toBeGreaterThan(250);
});
