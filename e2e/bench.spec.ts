/**
 * @file The bench over three algorithms: its probabilities after one update are those of three real forks, which train
 * that step in other pages; the parts that a symbol lights; the CSV; training on over seeds.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { River } from '../src/rl/river/river.ts';
import type { StepReport } from '../src/rl/run/trainer.ts';
import { formatNumber } from '../src/ui/format.ts';
import { expectNothingSerious } from './axe.ts';
import { saved } from './download.ts';
import { expect, type Story, test } from './story.ts';

const forks = ['drGrpo', 'rloo', 'gspo'] as const;

declare global {
  interface Window {
    benchHeard: { report: StepReport; river: River };
  }
}

/** Keeps the newest step and river that the worker sends to the page. */
const hear = (page: Page) =>
  page.addInitScript(() => {
    const heard: Record<string, unknown> = {};
    Object.assign(window, { benchHeard: heard });
    window.Worker = class extends Worker {
      constructor(...place: ConstructorParameters<typeof Worker>) {
        super(...place);
        this.addEventListener('message', ({ data }) => {
          if (data?.type === 'event' && data.event?.type === 'step') heard['report'] = data.event.report;
          if (data?.type === 'return' && data.value?.hasBefore === true) heard['river'] = data.value;
        });
      }
    };
  });

const heardIn = (page: Page) => page.evaluate(() => window.benchHeard);

/** Trains the first step of a run, and waits for the river of its update. */
async function firstStep(story: Story, settings: string): Promise<{ report: StepReport; river: River }> {
  // Another hash alone would not open the page anew.
  await story.page.goto('about:blank');
  await story.open(`./?workers=1#v=2&eval_every=0${settings}`);
  await story.page.keyboard.press('.');
  await expect(story.stepCount).toHaveAttribute('data-step', '1');
  await expect.poll(async () => (await heardIn(story.page)).river?.hasBefore).toBe(true);
  return heardIn(story.page);
}

/** Probability of each completion of the river after the update, by its token ids. */
function afterOf({ nodes }: River): ReadonlyMap<string, number> {
  const paths: string[] = [];
  for (const { parent, token } of nodes) paths.push(parent < 0 ? '' : `${paths[parent]}${token},`);
  return new Map(nodes.map(({ probabilities }, at) => [paths[at]!, probabilities.at(-1)!]));
}

/** Probabilities after the update in the column of an algorithm, as numbers and as shown, by completion. */
async function columnOf(page: Page, algorithm: string) {
  const ids = await page.getByTestId('bench-column').evaluateAll((all) => all.map((one) => one.dataset['choice']));
  const column = ids.indexOf(algorithm);
  return page.getByTestId('bench-row').evaluateAll(
    (rows, at) =>
      rows.map((row) => {
        const change = row.querySelectorAll('td')[at]?.querySelector<HTMLElement>('[data-after]');
        const { before, after } = change?.dataset ?? {};
        return {
          text: row.querySelector('th code')?.textContent ?? '',
          before: Number(before),
          after: Number(after),
          shown: change?.textContent ?? '',
        };
      }),
    column,
  );
}

/** Trains the first two columns of the bench on from step 1 over two seeds. */
async function continueAll({ page, stepCount }: Story): Promise<void> {
  await page.keyboard.press('.');
  await expect(stepCount).toHaveAttribute('data-step', '2');
  // The group follows the run a few times a second.
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', '2');
  await page.getByTestId('open-bench').click();
  const columns = page.getByTestId('bench-column');
  await expect(columns).toHaveCount(5);
  while ((await columns.count()) > 2)
    await columns
      .last()
      .getByRole('button', { name: /^Remove/ })
      .click();
  await expect(page.getByTestId('bench-row').first().locator('[data-after]')).toHaveCount(2, { timeout: 30_000 });
  const form = page.getByTestId('bench-continue');
  await form.getByLabel('Steps of each run').fill('2');
  await form.getByLabel('Seeds').fill('2');
  await expect(form).toContainText('2 arms × 2 seeds: 4 runs of 2 steps; about');
  await expectNothingSerious(page, 'continue all');
  await form.getByRole('button', { name: 'Continue all' }).click();
  const comparison = page.getByTestId('comparison');
  await expect(comparison).toContainText('4 of 4 runs done.', { timeout: 60_000 });
  await page.getByTestId('comparison-open').click();
  await expect(comparison).toContainText('continues the same kept run from its step 1');
  await expect(comparison).toContainText(/2 seeds cannot tell|above|the same for every seed/);
  await expect(stepCount).toHaveAttribute('data-step', '3');
}

test('one update under three algorithms is that of three real forks', async ({ story }) => {
  const { page } = story;
  await hear(page);
  const { report, river } = await firstStep(story, '');
  const group = report.groups.find(({ prompt }) => prompt === river.prompt)!;
  const previous = page.getByRole('button', { name: 'Previous group' });
  while (await previous.isEnabled()) await previous.click();
  await expect(page.getByTestId('group')).toContainText(group.prompt);

  await page.getByTestId('open-bench').click();
  await expect(page.getByTestId('bench-column')).toHaveCount(5);
  const done = page.getByTestId('bench-row').first().locator('[data-after]');
  await expect(done).toHaveCount(5, { timeout: 60_000 });
  await expectNothingSerious(page, 'bench');
  const columns = new Map(await Promise.all(forks.map(async (id) => [id, await columnOf(page, id)] as const)));
  const own = await columnOf(page, 'own.run');
  expect(own.some(({ before, after }) => Math.abs(after - before) > 1e-4)).toBe(true);

  // Symbols and numbers light the parts that they change, by pointer and by keyboard.
  const lit = page.getByTestId('bench').locator('[data-lit]');
  const symbol = (name: string) => page.getByTestId('bench').locator(`[data-symbol="${name}"]`).first();
  await symbol('A').hover();
  await expect(lit).toHaveCount(own.length);
  await expect(page.getByTestId('bench-lit')).toContainText('A makes the advantages of GRPO');
  await page.mouse.move(5, 5);
  await symbol('epsilon').focus();
  await expect(lit).toHaveCount(0);
  await expect(page.getByTestId('bench-lit')).toContainText('epsilon moved by a tenth changes no push');
  await symbol('learning_rate').focus();
  await expect(page.getByTestId('bench-lit')).toContainText('scales how far the update of GRPO');

  const file = readFileSync(await saved(page, () => page.getByTestId('bench-save').click()), 'utf8');
  const tokens = group.completions.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
  expect(file.trimEnd().split('\r\n')).toHaveLength(1 + 5 * tokens);

  await page.keyboard.press('Escape');
  await expect(page.getByTestId('bench-dialog')).toHaveCount(0);
  for (const id of forks) {
    const fork = await firstStep(story, `&algorithm=${id}`);
    const probabilities = afterOf(fork.river);
    for (const { text, after, shown } of columns.get(id)!) {
      const { tokenIds } = group.completions.find((completion) => completion.text === text)!;
      const real = probabilities.get(tokenIds.map((token) => `${token},`).join(''))!;
      expect(Math.abs(after - real)).toBeLessThan(1e-6);
      expect(shown).toContain(`→ ${formatNumber(100 * real)}`);
    }
  }

  await continueAll(story);
});
