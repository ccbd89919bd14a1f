/**
 * @file The river: opened cold, one step, every phase of its update by keyboard with the engine's own numbers; then the
 * film, its cost, and nothing read while it is folded.
 */
import type { Page } from '@playwright/test';
import type { River } from '../src/rl/river/river.ts';
import type { StepReport } from '../src/rl/run/trainer.ts';
import { formatSigned } from '../src/ui/format.ts';
import { expectNothingSerious } from './axe.ts';
import { expect, type Story, test } from './story.ts';

/** Messages of the trainer's worker. */
interface Heard {
  readonly reports: StepReport[];
  readonly rivers: River[];
}

declare global {
  interface Window {
    heard: Heard;
  }
}

/** Keeps the steps and rivers that the worker sends to the page. */
const hear = (page: Page) =>
  page.addInitScript(() => {
    window.heard = { reports: [], rivers: [] };
    window.Worker = class extends Worker {
      constructor(...place: ConstructorParameters<typeof Worker>) {
        super(...place);
        this.addEventListener('message', ({ data }) => {
          if (data?.type === 'event' && data.event?.type === 'step') window.heard.reports.push(data.event.report);
          if (data?.type === 'return' && Array.isArray(data.value?.nodes)) window.heard.rivers.push(data.value);
        });
      }
    };
  });

const engineOf = (page: Page) => page.evaluate(() => window.heard);
const keyOf = (tokenIds: readonly number[]) => tokenIds.map((id) => `${id},`).join('');
const riverOf = ({ page }: Story) => page.getByTestId('river');

/** The group of the update on the page, from the engine's report. */
async function shownGroup({ page }: Story) {
  const { reports, rivers } = await engineOf(page);
  const river = rivers.at(-1) as River;
  const group = reports.at(-1)?.groups.find(({ prompt }) => prompt === river.prompt);
  if (!group) throw new Error('no group of the shown prompt');
  return { river, completions: group.completions };
}

/** Texts of the parts with this test id by the keys of their tips. */
const textsOf = async ({ page }: Story, testId: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await page.getByTestId(testId).evaluateAll((parts) => parts.map((part) => [part.dataset['key'], part.textContent])),
  );

/** Trains one step with the keyboard and waits for its update, stopped at the first phase. */
async function oneUpdate(story: Story): Promise<void> {
  await story.page.keyboard.press('.');
  await expect(riverOf(story)).toHaveAttribute('data-mode', 'update');
  await story.page.getByTestId('river-forward').focus();
  await story.page.keyboard.press('Home');
  await expect(riverOf(story)).toHaveAttribute('data-phase', 'sample');
}

test('opened cold, it is the river of the first prompt of the step to come, as wide as its probabilities', async ({
  story,
}) => {
  await hear(story.page);
  await story.open('./?workers=2');
  await expect(story.page.getByTestId('river-caption')).toContainText('The model before training');
  const { rivers } = await engineOf(story.page);
  const [river] = rivers as [River];
  const sum = river.nodes.reduce(
    (all, { kind, rest, probabilities }) => all + (kind === 'inner' ? rest : probabilities)[0]!,
    0,
  );
  expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
  const drawing = story.page.getByTestId('river-drawing');
  const scale = Number(await drawing.getAttribute('data-scale'));
  const widths = await drawing
    .locator('path[data-width]')
    .evaluateAll((paths: SVGPathElement[]) =>
      paths.map(({ dataset }) => [dataset['key'] ?? '', Number(dataset['width'])] as const),
    );
  const first = river.nodes.filter(({ parent }) => parent === 0);
  for (const { token, probabilities } of first) {
    const width = widths.find(([key]) => key === `${token},`)?.[1];
    if (width !== undefined) expect(Math.abs(width / scale - probabilities[0]!)).toBeLessThan(1e-6);
  }
  const leaving = widths.filter(([key]) => /^(\d+,|…)$/.test(key)).reduce((all, [, width]) => all + width, 0);
  expect(Math.abs(leaving / scale - 1)).toBeLessThan(1e-6);
  await story.page.keyboard.press('.');
  await expect(story.stepCount).toHaveAttribute('data-step', '1');
  const { reports } = await engineOf(story.page);
  expect(reports[0]!.groups[0]!.prompt).toBe(river.prompt);
});

test('one update, phase by phase with the arrow keys: every number is the engine’s', async ({ story }) => {
  const { page } = story;
  await hear(page);
  await story.open('./?workers=2');
  await expect(page.getByTestId('river-drawing')).toBeVisible();
  await oneUpdate(story);
  const { river, completions } = await shownGroup(story);
  const caption = page.getByTestId('river-caption');
  await expect(caption).toContainText(`${completions.length} answers run down the river`);
  const numbers = await page
    .getByTestId('river-arrival')
    .evaluateAll((all) => all.flatMap(({ dataset }) => (dataset['numbers'] ?? '').split(' ')));
  expect(numbers.map(Number).toSorted((a, b) => a - b)).toEqual(completions.map((_, i) => i + 1));
  await expectNothingSerious(page, 'sample');

  const press = async (key: string, phase: string) => {
    await page.keyboard.press(key);
    await expect(riverOf(story)).toHaveAttribute('data-phase', phase);
  };
  await press('ArrowRight', 'reward');
  const rewards = await textsOf(story, 'river-bar');
  for (const { tokenIds, reward } of completions) expect(rewards[keyOf(tokenIds)]).toBe(reward.toFixed(2));
  const mean = completions.reduce((sum, { reward }) => sum + reward, 0) / completions.length;
  await expect(caption).toContainText(`mean reward is ${Number(mean.toFixed(3))}.`);

  await press('ArrowRight', 'advantage');
  const advantages = await textsOf(story, 'river-bar');
  for (const { tokenIds, advantage } of completions) expect(advantages[keyOf(tokenIds)]).toBe(formatSigned(advantage));

  await press('ArrowRight', 'push');
  const pushes = await textsOf(story, 'river-push');
  const netOf = (key: string) =>
    completions
      .flatMap(({ tokenIds, tokenAdvantages }) =>
        tokenIds.map((_, t) => [keyOf(tokenIds.slice(0, t + 1)), tokenAdvantages[t]!] as const),
      )
      .filter(([at]) => at === key)
      .reduce((sum, [, advantage]) => sum + advantage, 0);
  const written = Object.entries(pushes).filter(([, text]) => text !== '');
  expect(written.length).toBeGreaterThan(0);
  for (const [key, text] of written) expect(text).toBe(formatSigned(netOf(key)));

  await press('ArrowRight', 'shift');
  await expectNothingSerious(page, 'shift');
  await press('ArrowLeft', 'push');
  // Arrow keys also work while nothing has the focus.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press('ArrowLeft', 'advantage');
  await page.getByTestId('river-forward').focus();
  await press('End', 'shift');
  await page.getByTestId('river-as-table').click();
  const rows = page.getByTestId('river-table').locator('tr[data-key]');
  for (const { tokenIds, policyLogProbs } of completions) {
    const cells = await rows
      .and(page.locator(`[data-key="${keyOf(tokenIds)}"]`))
      .first()
      .locator('td')
      .allInnerTexts();
    const [before = NaN, after = NaN] = cells.slice(1).map(Number.parseFloat);
    // The step's own forward pass, and the river's.
    expect(Math.abs(before - 100 * Math.exp(policyLogProbs.reduce((sum, log) => sum + log, 0)))).toBeLessThan(0.02);
    const node = river.nodes.find(
      ({ probabilities }) =>
        Math.abs(100 * probabilities[0]! - before) < 0.006 && Math.abs(100 * probabilities[1]! - after) < 0.006,
    );
    expect(node).toBeDefined();
  }
});

test('with reduced motion it stands still and waits to be stepped', async ({ story }) => {
  const { page } = story;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await story.open('./?workers=2');
  await expect(page.getByTestId('river-drawing')).toBeVisible();
  await page.keyboard.press('.');
  await expect(riverOf(story)).toHaveAttribute('data-phase', 'sample');
  await page.waitForTimeout(4000);
  await expect(riverOf(story)).toHaveAttribute('data-phase', 'sample');
  const moving = await riverOf(story).evaluate((river) => river.getAnimations({ subtree: true }).length);
  expect(moving).toBe(0);
  await page.getByTestId('river-phase-shift').click();
  await expect(riverOf(story)).toHaveAttribute('data-phase', 'shift');
});

test('the film costs under 5 % of the training time, and folded nothing is read', async ({ story }) => {
  const { page } = story;
  await hear(page);
  await story.open('./?workers=2');
  await expect(page.getByTestId('river-drawing')).toBeVisible();
  await story.train.click();
  await story.expectStep(25, 120_000);
  const share = Number(await riverOf(story).getAttribute('data-share'));
  console.log(`reading the river took ${(100 * share).toFixed(2)} % of the training time`);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.05);
  await page.getByTestId('river-fold').click();
  await page.waitForTimeout(500);
  const { rivers } = await engineOf(page);
  expect(rivers.length).toBeGreaterThan(3);
  const done = await story.step();
  await story.expectStep(done + 5, 60_000);
  expect((await engineOf(page)).rivers.length).toBe(rivers.length);
  await story.pause.click();
  await story.expectStatus('paused');
  await page.getByTestId('river-fold').click();
  await expect(riverOf(story)).toHaveAttribute('data-step', String(await story.step()));
  // In the film the keys of the river choose a step of the run.
  await page.getByTestId('river-as-table').focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('step-bar')).toHaveAttribute('data-viewed', '0');
  await expect(page.getByTestId('river-caption')).toContainText('before training');
});

test('a phone shows it whole, with type of at least 12 px', async ({ story }) => {
  const { page } = story;
  await page.setViewportSize({ width: 375, height: 812 });
  await story.open('./?workers=2');
  await expect(page.getByTestId('river-drawing')).toBeVisible();
  await oneUpdate(story);
  await page.keyboard.press('End');
  const { sizes, wide } = await riverOf(story).evaluate((river) => ({
    sizes: [...river.querySelectorAll('text, p, button, dt, code')].map((part) =>
      Number.parseFloat(getComputedStyle(part).fontSize),
    ),
    wide: document.documentElement.scrollWidth,
  }));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  expect(wide).toBeLessThanOrEqual(375);
  await expectNothingSerious(page, 'phone');
});
