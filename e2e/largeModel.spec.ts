/**
 * @file A model with the vocabulary of Qwen 3 and its real tokenizer, learnt in layers: an opened token, a question to
 * both policies, a run that goes on after a reload, and an earlier step of it.
 */
import { qwenEnds, qwenFiles, QWEN_VOCABULARY } from '../testing/qwenTokenizer.ts';
import { trainFolder, writeModel } from './modelFolder.ts';
import { expect, quick, test } from './story.ts';

const PATIENCE = 240_000;
test.describe.configure({ timeout: 600_000 });

test('real tokens are opened by keyboard, asked for, gone on with and looked back at', async ({ page, story }) => {
  const options = { vocabSize: QWEN_VOCABULARY, endIds: qwenEnds.eos_token_id, tokenizer: qwenFiles };
  await story.open(`./?workers=1#${quick}`, PATIENCE);
  await trainFolder(story, writeModel('llama', [], options), PATIENCE);
  for (const id of ['kl', 'entropy', 'length']) await expect.poll(() => story.points(id), { message: id }).toBe(3);
  const [detail, table] = [page.getByTestId('token-detail'), page.getByTestId('token-distribution')];
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(table.locator('thead th')).toHaveText(['token', 'base', 'before step 3', 'after step 3'], {
    timeout: PATIENCE,
  });
  // At least 20 tokens, and the share of all others.
  expect(await table.locator('tbody tr').count()).toBeGreaterThan(20);
  await expect(table.locator('tbody tr').last()).toContainText(/^all others[\d.]+\s%/);
  await expect(table.locator('tr[data-sampled]')).toHaveCount(1);
  const last = Number(await detail.getAttribute('data-token'));
  await page.keyboard.press('ArrowLeft');
  await expect(detail).toHaveAttribute('data-token', String(last - 1));
  await expect(table.locator('tr[data-sampled]')).toHaveCount(1);
  await page.screenshot({ path: 'test-results/large-token.png' });
  await page.keyboard.press('Escape');

  // A question of two lines, which Enter asks.
  await page.getByTestId('ask-input').fill('Add:\n1+1=');
  await page.getByTestId('ask-input').press('Enter');
  for (const side of ['base', 'tuned'])
    await expect(page.getByTestId(`answer-${side}`).getByRole('listitem')).toHaveCount(4, { timeout: PATIENCE });

  await page.reload();
  await story.expectStatus('finished', PATIENCE);
  await story.setKnob('max_steps', '5');
  await story.train.click();
  await expect(story.stepCount).toHaveAttribute('data-step', '5', { timeout: PATIENCE });
  await page.getByTestId('viewed-step').press('ArrowLeft');
  await expect(page.getByTestId('step-bar')).toHaveAttribute('data-state', 'standing', { timeout: PATIENCE });
  await page.getByTestId('group').getByTestId('completion').first().locator('[data-token="0"]').click();
  await expect(table.locator('thead th')).toHaveText(['token', 'base', 'before step 4', 'after step 4'], {
    timeout: PATIENCE,
  });
});
