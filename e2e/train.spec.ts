/**
 * @file The main story: a new visitor opens the page, presses Train, and watches the policy improve. On WASM with two
 * workers.
 */
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import { idleShare, watchOthers } from './machine.ts';
import { completionCount, complaintsOf, expect, recordLongTasks, Story, test } from './story.ts';
import { mainThreadTasks, type Task } from './tasks.ts';

const TWO_MINUTES = 120_000;
const TRAINING_LIMIT = 400_000;

let page: Page;
let story: Story;
const complaints: string[][] = [];

test.describe.configure({ mode: 'serial', timeout: 480_000 });

/** Opens the page in a new context, presses Train at once, and returns the seconds from opening to the first point. */
async function firstPoint(browser: Browser): Promise<number> {
  page = await (await browser.newContext()).newPage();
  complaints.push(complaintsOf(page));
  await recordLongTasks(page);
  story = new Story(page);
  await page.goto('./?workers=2');
  await story.train.click();
  const moment = await page.waitForFunction(
    () => {
      const { points } = document.querySelector<HTMLElement>('[data-testid="chart-reward"]')?.dataset ?? {};
      return Number(points) >= 1 ? performance.now() : null;
    },
    null,
    { timeout: TWO_MINUTES },
  );
  return Number(await moment.jsonValue()) / 1000;
}

test.afterAll(() => page.context().close());

/** A column of a chart's table, oldest step first, without the steps where it was not measured. */
async function column(chart: string, title: string): Promise<number[]> {
  const toggle = story.chart(chart).getByRole('button', { name: /as a table/ });
  await toggle.click();
  const table = story.chart(chart).getByRole('table');
  const place = (await table.getByRole('columnheader').allInnerTexts()).indexOf(title) - 1;
  const cells = await table
    .locator('tbody tr')
    .evaluateAll((rows, index) => rows.map((row) => row.querySelectorAll('td')[index]?.textContent ?? ''), place);
  await toggle.click();
  return cells
    .toReversed()
    .map((cell) => Number.parseFloat(cell.replace('−', '-')))
    .filter(Number.isFinite);
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('Train pressed on arrival draws its first point within ten seconds of opening', async ({ browser }) => {
  // A visitor's browser has been running for a while; this one is still starting.
  await setTimeout(3000);
  // Other load can only slow the page down, so the best of three measurements counts.
  let [idle, busy] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < 3 && idle >= 10; attempt++) {
    // Before the watch begins: the CPU time of a closed page is no longer attributed to the browser.
    await story?.page.context().close();
    const others = await watchOthers(browser);
    const seconds = await firstPoint(browser);
    const taken = await others();
    console.log(`first point after ${seconds.toFixed(1)} s; others took ${taken.toFixed(2)} cores meanwhile`);
    if (taken < idleShare) idle = Math.min(idle, seconds);
    else busy = Math.min(busy, seconds);
  }
  // The limit is raised only on a machine that was never idle.
  if (Number.isFinite(idle)) expect(idle).toBeLessThan(10);
  else expect(busy).toBeLessThan(60);
});

test('the page says which backend runs and why not a faster one', async () => {
  await expect(story.backend).toHaveAttribute('data-backend', 'wasm');
  await expect(story.backend).toHaveAttribute('data-workers', '2');
  await expect(story.backend).toContainText(/WASM \(CPU\).*2 workers.*Not on WebGPU: .+\./);
});

test('no task of the page costs more than 50 ms of CPU while training', async ({ browser }) => {
  await story.expectStatus('running');
  await page.waitForTimeout(2000);
  const begun = await page.evaluate(() => performance.now());
  const others = await watchOthers(browser);
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await story.expectStep((await story.step()) + 25, TWO_MINUTES);
  const trace = await browser.stopTracing();
  const taken = await others();
  const records = (await page.evaluate(() => window.longTasks)).filter(({ start }) => start >= begun);
  const tasks = mainThreadTasks(trace);
  const worst = tasks.toSorted((a, b) => b.cpu - a.cpu)[0] as Task;
  console.log(
    `long tasks: ${records.length} (${records.map(({ duration }) => duration).join(', ')} ms) of ${tasks.length} tasks; the costliest took ${worst.cpu.toFixed(1)} ms of CPU in ${worst.wall.toFixed(1)} ms; others took ${taken.toFixed(2)} cores meanwhile`,
  );
  expect(tasks.length).toBeGreaterThan(100);
  // The CPU time of a task depends on the page alone; its duration also on other programs, and on a machine of two
  // cores the run's own two workers use both. Measured there on an idle machine: 5 of 2 634 tasks lasted 50 to 64 ms,
  // with at most 27 ms of CPU.
  expect(worst.cpu).toBeLessThan(50);
  if (taken < idleShare) {
    expect(records.length).toBeLessThan(tasks.length / 100);
    expect(records.filter(({ duration }) => duration > 150)).toEqual([]);
  }
});

test('within 100 steps the held-out accuracy rises by 25 points', async () => {
  const [begun, before] = [performance.now(), await story.step()];
  await story.expectStatus('finished', TRAINING_LIMIT);
  await expect(story.stepCount).toHaveAttribute('data-step', '100');
  console.log(`the last ${100 - before} steps took ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await expect.poll(() => story.points('reward')).toBe(100);
  const rewards = await column('reward', 'Reward');
  const [atFirst = Number.NaN] = await column('reward', 'Held-out accuracy');
  const atLast = 100 * (await story.value('reward', 'eval/sampled'));
  console.log(
    `held-out accuracy ${atFirst} % -> ${atLast.toFixed(1)} %, reward ${mean(rewards.slice(0, 10)).toFixed(2)} -> ${mean(rewards.slice(-10)).toFixed(2)}`,
  );
  expect(rewards).toHaveLength(100);
  expect(atLast - atFirst).toBeGreaterThanOrEqual(25);
  expect(mean(rewards.slice(-10)) - mean(rewards.slice(0, 10))).toBeGreaterThan(0.25);
});

test('KL has grown, and answers are worked out more often and are longer', async () => {
  await page.getByTestId('more-charts').locator('summary').click();
  for (const id of ['kl', 'entropy', 'length', 'methods']) {
    await expect.poll(() => story.points(id), { message: id }).toBe(100);
    expect(Number(await story.last(id)), id).toBeGreaterThanOrEqual(0);
  }
  const [kl, length, worked] = [
    await column('kl', 'KL'),
    await column('length', 'Mean'),
    await column('methods', 'Worked out'),
  ];
  expect(kl[0]).toBeLessThan(1e-4);
  expect(mean(kl.slice(-10))).toBeGreaterThan(1e-3);
  expect(mean(length.slice(-10))).toBeGreaterThan(mean(length.slice(0, 10)));
  expect(worked).toHaveLength(100);
  expect(mean(worked.slice(-10)) - mean(worked.slice(0, 10))).toBeGreaterThan(20);
  await expect(story.chart('methods')).toContainText('RL selects a method the base already has');
});

test('the group panel shows the completions of the last step with their rewards, best first', async () => {
  const group = page.getByTestId('group');
  await expect(group).toHaveAttribute('data-step', '100');
  const completions = group.getByTestId('completion');
  await expect.poll(() => completionCount(page)).toBe(8);
  const rewards = (await completions.allInnerTexts()).map((words) => Number(/reward\s*([\d.]+)/.exec(words)?.[1]));
  expect(rewards).toEqual(rewards.toSorted((a, b) => b - a));
  await completions.first().getByRole('listbox').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('token-readout')).toContainText(/token 2 of \d+, in nats.*log p/s);
});

test('the tuned policy answers beside the base', async () => {
  await page.getByTestId('ask-random').click();
  await page.getByTestId('ask-submit').click();
  await expect(page.getByTestId('answer-base').getByRole('listitem')).toHaveCount(4);
  await expect(page.getByTestId('answer-tuned').getByRole('listitem')).toHaveCount(4);
  await expect(page.getByTestId('answer-tuned')).toContainText('Tuned, step 100');
});

test('the page reported no errors', () => {
  expect(complaints.flat()).toEqual([]);
});
