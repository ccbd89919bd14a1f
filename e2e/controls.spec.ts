/**
 * @file Driving a run: pause, resume, step, reset, settings that apply at once or wait, errors of invalid values,
 * presets, seeds.
 */
import type { Browser, Page } from '@playwright/test';
import { completionCount, complaintsOf, expect, quick, Story, test } from './story.ts';

let page: Page;
let story: Story;
let complaints: string[];

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  complaints = complaintsOf(page);
  story = new Story(page);
  await story.open(`./?workers=2#${quick}&max_steps=1000`);
});

test.afterAll(() => page.close());

/** The rewards of three steps from a fresh adapter, to the last digit. */
async function threeSteps(of: Story): Promise<string[]> {
  const seen: string[] = [];
  for (let step = 0; step < 3; step++) seen.push(await of.oneStep(), await of.last('entropy'), await of.last('kl'));
  return seen;
}

async function resetTo(step: number): Promise<void> {
  await story.reset.click();
  await story.expectStatus('ready');
  await expect(story.stepCount).toHaveAttribute('data-step', String(step));
}

test('Step makes one step and stops', async () => {
  await story.oneStep();
  await story.expectStatus('paused');
  await story.oneStep();
  await expect(story.stepCount).toHaveAttribute('data-step', '2');
  await expect(page.getByTestId('group')).toHaveAttribute('data-step', '2');
});

test('Pause stops after a whole step, and Train continues from there', async () => {
  await story.train.click();
  await story.expectStep(4);
  await story.pause.click();
  await story.expectStatus('paused');
  const paused = await story.step();
  await expect.poll(() => story.points('reward')).toBe(paused);
  await page.waitForTimeout(1000);
  expect(await story.step()).toBe(paused);
  await story.train.click();
  await story.expectStep(paused + 2);
  await story.pause.click();
  await story.expectStatus('paused');
});

test('Reset empties the charts and returns to step 0', async () => {
  await resetTo(0);
  await expect.poll(() => story.points('reward')).toBe(0);
  await expect(story.chart('reward')).not.toHaveAttribute('data-last', /./);
  await expect(page.getByTestId('group').getByTestId('completion')).toHaveCount(0);
});

test('the same seed gives the same steps after a Reset and in a new page, another seed gives others', async ({
  browser,
}) => {
  const first = await threeSteps(story);
  expect(new Set(first).size).toBeGreaterThan(4);
  await resetTo(0);
  expect(await threeSteps(story)).toEqual(first);
  expect(await inNewPage(browser, '')).toEqual(first);
  expect(await inNewPage(browser, '&seed=2')).not.toEqual(first);
});

async function inNewPage(browser: Browser, words: string): Promise<string[]> {
  const other = await browser.newPage();
  try {
    const fresh = new Story(other);
    // One worker here, two on the first page: numbers depend on shards, not on workers.
    await fresh.open(`./?workers=1#${quick}&max_steps=1000${words}`);
    return await threeSteps(fresh);
  } finally {
    await other.close();
  }
}

test('a changed learning rate applies at the next step', async () => {
  await resetTo(0);
  await story.setKnob('learning_rate', '0');
  for (let step = 0; step < 3; step++) {
    await story.oneStep();
    // Learning rate 0: the policy is still its base.
    expect(Number(await story.last('kl'))).toBeLessThan(1e-6);
  }
  await story.setKnob('learning_rate', '0.02');
  await expect(page).toHaveURL(/learning_rate=0.02/);
  await expect(page.getByText('waits for Reset')).toHaveCount(0);
  // A step with equal rewards teaches nothing; a run of more than eight such steps is very unlikely.
  for (let step = 0; step < 8 && Number(await story.last('kl')) < 1e-4; step++) await story.oneStep();
  expect(Number(await story.last('kl'))).toBeGreaterThan(1e-4);
});

test('a number that moves is in the chart and in the link, and stops moving', async () => {
  await resetTo(0);
  await page.getByTestId('fold-schedules').locator('summary').click();
  await page.getByTestId('schedule-add').selectOption('temperature');
  const row = page.getByTestId('schedule-temperature');
  for (const [cell, value] of ['0.5', '4'].entries()) {
    await row.getByRole('textbox').nth(cell).fill(value);
    await row.getByRole('textbox').nth(cell).press('Enter');
  }
  await expect(page).toHaveURL(/schedule\.temperature=linear%3A0\.5%3A4/);
  for (let step = 0; step < 3; step++) await story.oneStep();
  await page.getByTestId('more-charts').locator('summary').click();
  await expect.poll(() => story.last('schedule-temperature')).toBe('0.75');
  await row.getByRole('combobox').selectOption('constant');
  await expect(row).toHaveCount(0);
  await expect(page).not.toHaveURL(/schedule/);
});

test('a change that needs a new run says so, waits, and applies at Reset', async () => {
  await story.setKnob('num_generations', '3');
  await expect(page.getByText('1 change waits for Reset.')).toBeVisible();
  await story.oneStep();
  await expect.poll(() => completionCount(page)).toBe(2);
  await page.getByRole('button', { name: 'Reset now' }).click();
  await story.expectStatus('ready');
  await expect(page.getByText('waits for Reset')).toHaveCount(0);
  await story.oneStep();
  await expect.poll(() => completionCount(page)).toBe(3);
});

test('an impossible value gets an error beside its field, and the last valid value stays', async () => {
  await story.setKnob('learning_rate', '5');
  await expect(story.knobError('learning_rate')).toHaveText('At most 0.02. 0.02 is kept.');
  await story.setKnob('beta', 'much');
  await expect(story.knobError('beta')).toHaveText('A number is needed. 0 is kept.');
  await story.setKnob('lora_rank', '2.5');
  await expect(story.knobError('lora_rank')).toHaveText('A whole number is needed. 8 is kept.');
  await story.oneStep();
  await story.knob('beta').press('Escape');
  await expect(story.knobError('beta')).toHaveCount(0);
  await expect(story.knob('beta')).toHaveValue('0');
  await story.setKnob('learning_rate', '0.001');
  await expect(story.knobError('learning_rate')).toHaveCount(0);
});

test('numbers are read in the usual notations, and shown to the last digit', async () => {
  const seed = story.knob('seed');
  const kept = await seed.inputValue();
  await story.setKnob('seed', '1234567');
  await expect(seed).toHaveValue('1234567');
  await seed.press('ArrowUp');
  await expect(seed).toHaveValue('1234568');
  await story.setKnob('seed', '2147483648');
  await expect(story.knobError('seed')).toHaveText('At most 2147483647. 1234568 is kept.');
  for (const typed of ['2 147 483 647', '2.147.483.647', '２１４７４８３６４７']) {
    await story.setKnob('seed', kept);
    await story.setKnob('seed', typed);
    await expect(seed).toHaveValue('2147483647');
  }
  expect(await seed.evaluate((field) => field.scrollWidth <= field.clientWidth), 'the whole number is in sight').toBe(
    true,
  );
  for (const [id, typed, value] of [
    ['learning_rate', '0,002', '0.002'],
    ['temperature', '٠٫٥', '0.5'],
    ['temperature', '1,000', '1'],
    ['learning_rate', '0,001', '0.001'],
    ['reward.format', '−0,5', '-0.5'],
    ['reward.format', '0', '0'],
  ] as const) {
    await story.setKnob(id, typed);
    await expect(story.knob(id)).toHaveValue(value);
    await expect(story.knobError(id)).toHaveCount(0);
  }
  await story.setKnob('seed', kept);
});

test('a number with two readings is refused with both, and its text stays', async () => {
  await story.setKnob('max_steps', '1,000');
  await expect(story.knobError('max_steps')).toHaveText('“1,000” can mean 1000 or 1: write one of them. 1000 is kept.');
  await story.knob('max_steps').press('ArrowUp');
  await expect(story.knob('max_steps')).toHaveValue('1,000');
  await story.knob('max_steps').press('Escape');
  await expect(story.knob('max_steps')).toHaveValue('1000');

  await page.getByTestId('compose').click();
  const dialog = page.getByTestId('rewards');
  const weight = dialog.getByTestId('weight-format');
  await weight.fill('12');
  await weight.press('Enter');
  await expect(dialog.getByTestId('weight-format-error')).toHaveText('At most 10.');
  await expect(weight, 'nothing is taken back in silence').toHaveValue('12');
  await weight.fill('0');
  await weight.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  const highest = dialog.getByTestId('term-format').getByPlaceholder('∞', { exact: true });
  await highest.fill('1.500');
  await highest.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('“1.500” can mean 1500 or 1.5: write one of them.');
  await highest.fill('');
  await highest.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await page.getByTestId('rewards-close').click();
});

for (const [preset, prompt] of [
  ['countdown', /\d+,\d+,\d+:\d+=/],
  ['chain', /\d+([+*-]\d+){2,}=/],
] as const) {
  test(`the preset ${preset} trains its own task`, async () => {
    await page.getByTestId('preset').selectOption(preset);
    await story.setKnob('num_generations', '2');
    await story.setKnob('prompts_per_step', '2');
    await resetTo(0);
    await story.oneStep();
    await expect(page.getByTestId('group')).toContainText(prompt);
    await expect(page.getByTestId('ask-input')).toHaveValue(prompt);
  });
}

test('a typed prompt is answered by both policies, an invalid one gets an error', async () => {
  const [input, ask] = [page.getByTestId('ask-input'), page.getByTestId('ask-submit')];
  await input.fill('#3+4+2+1=');
  await expect(page.getByRole('region', { name: 'Ask both' })).toContainText('true answer 10');
  await ask.click();
  await expect(page.getByTestId('answer-base')).toContainText(/\d of 4 right/);
  await expect(page.getByTestId('answer-base').getByRole('listitem')).toHaveCount(4);
  await expect(page.getByTestId('answer-tuned').getByRole('listitem')).toHaveCount(4);
  await input.fill('1+');
  await ask.click();
  await expect(page.getByTestId('ask-no-verdict')).toContainText(/Neither right nor wrong.*problems such as #\d/);
  for (const [prompt, refusal] of [
    ['', /Type a prompt first/],
    ['12+3=Ω', /Ω/],
    ['1+'.repeat(50), /prompt: 1 to \d+ tokens, not 100/],
  ] as const) {
    await input.fill(prompt);
    await ask.click();
    await expect(page.getByTestId('ask-error')).toContainText(refusal);
    // Beside every refusal the page says what can be asked, with a problem of this task and difficulty.
    await expect(page.getByTestId('ask-error')).toContainText(/problems such as #\d.*=/);
  }
  await story.oneStep();
});

test('unusable parts of a link are named, and the rest applies', async () => {
  await page.goto('about:blank');
  await page.goto(`./?workers=2#${quick}&learning_rate=7&nonsense=1`);
  await expect(page.getByText('learning_rate=7: At most 0.02. 0.001 is used.')).toBeVisible();
  await expect(page.getByText('nonsense: not a setting of this page.')).toBeVisible();
  await expect(story.knob('num_generations')).toHaveValue('2');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByText('nonsense')).toHaveCount(0);
});

test('the page reported no errors', () => {
  expect(complaints).toEqual([]);
});
