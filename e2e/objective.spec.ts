/**
 * @file A custom objective: written, refused at its column, corrected, trained with; from a link only after a click.
 */
import type { Page } from '@playwright/test';
import { complaintsOf, expect, quick, type Story, test } from './story.ts';

/** A run is prepared from scratch twice; on a busy machine each takes a while. In ms. */
const patience = 150_000;

const editorOf = (page: Page) => page.getByTestId('objective-editor').getByRole('textbox');
const useButton = (page: Page) => page.getByTestId('objective-use');

/** Replaces the text in the editor. */
async function write(page: Page, text: string): Promise<void> {
  await editorOf(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

const objectiveOf = (page: Page) => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('objective');

/** The rewards of two steps from a fresh adapter, and the KL divergence from the base after them. */
async function twoSteps(story: Story): Promise<string[]> {
  return [await story.oneStep(), await story.oneStep(), await story.last('kl')];
}

test('a custom objective is edited, refused at its column, corrected, and trains', async ({ page, story }) => {
  test.slow();
  const complaints = complaintsOf(page);
  await story.open(`./?workers=1#${quick}&learning_rate=0.01&warmup_steps=0`, patience);
  const ofGrpo = await twoSteps(story);
  await page.getByTestId('objective-open').click();
  await expect(page.locator('.cm-content')).toContainText('clip(ratio, 1 - epsilon, 1 + epsilon)');

  await write(page, 'setting push = 5 in 0 .. 10\n-push * A * logpp');
  await expect(page.getByTestId('editor-problems')).toHaveText(
    'line 2, column 13 There is no “logpp” here. Is logp meant?',
  );
  await expect(page.locator('.cm-lintRange-error')).toHaveText('logpp');
  await expect(useButton(page)).toBeDisabled();
  await page.getByRole('button', { name: 'line 2, column 13' }).click();
  await expect(editorOf(page)).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.getByTestId('editor-problems')).toContainText('There is no “ogpp” here');
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Home');
  await page.keyboard.insertText('push * R * logp');
  await expect(page.getByTestId('editor-problems')).toHaveText('');
  await page.keyboard.press('Tab');
  await expect(editorOf(page)).not.toBeFocused();

  await useButton(page).click();
  await expect(page.getByTestId('objective-state')).toHaveAttribute('data-used', 'true');
  await story.reset.click();
  await story.expectStatus('ready', patience);
  const ofOwn = await twoSteps(story);
  // The first step samples from the same policy; only its update differs.
  expect(ofOwn[0]).toBe(ofGrpo[0]);
  expect(ofOwn[2]).not.toBe(ofGrpo[2]);
  expect(complaints).toEqual([]);
});

test('an objective from a link is shown and does not train before a click', async ({ page, story }) => {
  test.slow();
  const complaints = complaintsOf(page);
  const objective = '-0 * A * logp # learns nothing';
  const address = `./?workers=1#${quick}&learning_rate=0.01&warmup_steps=0&objective=${encodeURIComponent(objective)}`;
  await story.open(address, patience);
  await expect(page.getByTestId('objective-foreign')).toBeVisible();
  await expect(editorOf(page)).toContainText('learns nothing');
  await expect(page.getByTestId('linked-objective')).toContainText('learns nothing');
  // Train asks which objective is meant; closing the question trains nothing.
  await page.keyboard.press(' ');
  await expect(page.getByTestId('objective-question')).toContainText('learns nothing');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('objective-question')).toBeHidden();
  expect(await story.step()).toBe(0);
  await story.stepButton.click();
  await page.getByTestId('question-own').click();
  await story.expectStep(1);
  await story.oneStep();
  // Two steps with the algorithm's own objective have moved the policy.
  expect(Number(await story.last('kl'))).toBeGreaterThan(0);
  // Changing another setting keeps the text in the address, still not accepted.
  await story.setKnob('learning_rate', '0.02');
  expect(objectiveOf(page)).toBe(objective);
  await expect(page.getByTestId('objective-state')).toHaveAttribute('data-used', 'false');

  await useButton(page).click();
  await expect(page.getByTestId('objective-foreign')).toBeHidden();
  await expect(page.getByTestId('linked-objective')).toBeHidden();
  expect(objectiveOf(page)).toBe(objective);
  // Its text stands where that of GRPO stood, and it waits.
  await expect(page.getByTestId('algorithm-formula')).toContainText('your own objective, in place of that of GRPO');
  await expect(page.getByTestId('algorithm-formula')).toContainText(objective);
  await expect(page.getByTestId('objective-state')).toHaveText('It applies after Reset.');
  await story.reset.click();
  await story.expectStatus('ready', patience);
  await expect(page.getByTestId('objective-state')).toHaveText('In use.');
  await twoSteps(story);
  expect(Number(await story.last('kl'))).toBe(0);

  await page.getByTestId('objective-drop').click();
  await expect(editorOf(page)).toBeHidden();
  expect(page.url()).not.toContain('objective');
  expect(complaints).toEqual([]);
});
