/**
 * @file Lesson 0 on a phone from the first screen to its end, and a teacher's lesson by drop and by its own link; files
 * that are refused.
 */
import type { Page } from '@playwright/test';
import { expectNothingSerious } from './axe.ts';
import { expect, test } from './story.ts';

const PATIENCE = 120_000;

/** Predicts, trains by the key that trains everywhere, and answers the measured sentence. */
async function predictAndTrain(page: Page, choice: string): Promise<string> {
  await page.getByTestId(`choice-${choice}`).check();
  await page.getByTestId('lesson').getByRole('heading', { level: 3 }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByTestId('verdict')).toBeVisible({ timeout: PATIENCE });
  return page.getByTestId('measured').innerText();
}

test('lesson 0 on a phone: one update in numbers of the run, and an end that counts skipped questions', async ({
  page,
  story,
}) => {
  await page.setViewportSize({ width: 375, height: 812 });
  await story.open('./?workers=1', PATIENCE);
  await page.getByTestId('first-lesson').click();
  await expect(page).toHaveURL(/view=lessons&lesson=update/);
  const look = await predictAndTrain(page, 'zero');
  expect(look).toContain('Rewards 1.00 and 0.00, mean 0.50');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-answer', 'signs');
  // The decisive drawing stands in the card, on a phone too, and nothing is wider than the screen.
  await expect(page.getByTestId('evidence').getByTestId('river-drawing')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await page.getByTestId('lesson-next').click();
  await expect(page.getByTestId('lesson')).toContainText('+0.71');
  // The main button goes on in the lesson, and the drawing stays with it.
  await expect(page.getByTestId('evidence').getByTestId('river-drawing')).toBeVisible();
  await expect(story.train).toHaveText('Next part');
  // After a reload the drawing is rebuilt.
  await page.getByTestId('tab-runs').click();
  await expect(page.getByTestId('saved')).toHaveAttribute('data-steps', '1');
  await page.reload();
  await story.expectStatus('finished', PATIENCE);
  await page.getByTestId('evidence-rebuild').click();
  await expect(page.getByTestId('evidence').getByTestId('river-drawing')).toBeVisible({ timeout: PATIENCE });
  await story.train.click();
  const ratios = page.getByTestId('token-ratios').locator('tbody td:last-child');
  await expect(ratios.first()).toBeVisible();
  expect(new Set(await ratios.allInnerTexts())).toEqual(new Set(['1.00']));
  await page.getByTestId('lesson-next').click();
  const moved = await predictAndTrain(page, 'little');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-verdict', 'right');
  const [, factor = '', wrongFactor = ''] = /\(×([\d.]+)\).*\(×([\d.]+)\)/.exec(moved) ?? [];
  expect(Number(factor)).toBeGreaterThan(1);
  expect(Number(wrongFactor)).toBeLessThan(1);
  await expectNothingSerious(page, 'lesson 0 on a phone');
  await page.getByTestId('lesson-next').click();
  const again = await predictAndTrain(page, 'some');
  const [, least = ''] = /Ratios went from ([\d.]+)/.exec(again) ?? [];
  expect(Number(least)).toBeLessThan(0.8);
  await expect(page.getByTestId('token-ratios').locator('[data-beyond="true"]')).not.toHaveCount(0);
  await page.getByTestId('lesson-next').click();
  await expect(page.getByTestId('lesson-next')).toHaveText('Skip');
  await page.getByTestId('lesson-next').click();
  await expect(page.getByTestId('lesson-end')).toHaveAttribute('data-skipped', '1');
  await expect(page.getByTestId('learnt')).toContainText(`×${factor}`);
  await expect(page.getByTestId('found-many')).toHaveAttribute('data-verdict', 'skipped');
  await expect(page.getByTestId('lesson-open-next')).toContainText('What a group is for');
  await page.getByTestId('lesson-leave').click();
  await expect(page.getByTestId('lesson-line-update')).toContainText('one question skipped');
});

const lesson = {
  format: 'rollout-lesson',
  version: 1,
  author: 'Ms Example',
  title: 'Pairs <b>at once</b>',
  summary: 'One step of groups of two.',
  steps: [
    {
      kind: 'run',
      id: 'one',
      title: 'One step',
      prose: ['Two answers a prompt.'],
      control: 'num_generations',
      evidence: 'reward',
      settings: 'num_generations=2&prompts_per_step=2&max_steps=1',
      set: 'Set groups of two',
      name: 'Pairs',
      question: 'Is the mean reward above a half?',
      readings: { reward: { metric: 'reward', as: 'hundredths' } },
      choices: [
        { id: 'yes', label: 'Yes', when: [{ reading: 'reward', atLeast: 0.5 }] },
        { id: 'no', label: 'No', when: [{ reading: 'reward', below: 0.5 }] },
      ],
      measured: 'The mean reward was {reward}.',
      after: 'One step says little.',
    },
  ],
  learnt: ['The mean reward was {one.reward}.'],
};

/** Drops a file of this text on the page. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName = '', text = '']) => {
      const held = new DataTransfer();
      held.items.add(new File([text], fileName));
      return held;
    },
    [name, content],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

test('a teacher drops a lesson, a pupil opens its link; a damaged file names the field', async ({ page, story }) => {
  await story.open('./?workers=1', PATIENCE);
  const bad = { ...lesson, steps: [{ ...lesson.steps[0], settings: 'num_generations=99&max_steps=1' }] };
  await drop(page, 'bad.json', JSON.stringify(bad));
  await expect(page.getByTestId('lesson-file-problem')).toContainText(
    'bad.json: steps[0].settings: num_generations=99',
  );
  await drop(page, 'pairs.json', JSON.stringify(lesson, null, 2));
  await expect(page.getByTestId('lesson-origin')).toContainText('A lesson by Ms Example, not reviewed');
  // Text only: tags are shown as they are written.
  await expect(page.getByTestId('lesson').getByRole('heading', { level: 2 })).toHaveText('Pairs <b>at once</b>');
  await expect(page).toHaveURL(/lesson=json\.[\w-]+/);
  const measured = await predictAndTrain(page, 'no');
  expect(measured).toMatch(/The mean reward was \d\.\d\d\./);
  await expect(page.getByTestId('evidence').getByTestId('chart-lesson-reward')).toBeVisible();
  const address = page.url();
  await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(address);
  await expect(page.getByTestId('lesson-origin')).toBeVisible({ timeout: PATIENCE });
  await page.reload();
  await expect(page.getByTestId('lesson-origin')).toBeVisible({ timeout: PATIENCE });
  await page.getByTestId('lesson-leave').click();
  await expect(page.getByRole('heading', { name: 'Pairs <b>at once</b>' })).toBeVisible();
});
