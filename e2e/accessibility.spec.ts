/**
 * @file axe finds nothing on the page after a few steps, in both colour schemes, wide and narrow.
 */
import { expectNothing } from './axe.ts';
import { expect, quick, test } from './story.ts';

test('axe finds nothing on a wide page', async ({ page, story }) => {
  await story.open(`./#${quick}`);
  await story.oneStep();
  await story.setKnob('beta', '7');
  await story.setKnob('num_generations', '4');
  await page.getByTestId('ask-submit').click();
  await page.getByTestId('runs').click();
  await page.getByTestId('run-fork').click();
  await expect(page.getByTestId('answer-tuned')).toBeVisible();
  for (const fold of ['algorithm', 'leash', 'updates', 'entropy'])
    await page.getByTestId(`fold-${fold}`).locator('summary').click();
  await page.getByTestId('shade-by').selectOption('push');
  await page.getByTestId('completion').first().locator('[data-token="0"]').click();
  await expect(page.getByTestId('token-distribution')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    await expectNothing(page, colorScheme);
  }
  await page.getByTestId('save-kl').click();
  const menu = page.getByRole('menu');
  await expect(menu).toHaveCSS('opacity', '1');
  await expectNothing(page, 'a menu');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(menu.getByRole('menuitem').last()).toBeFocused();
});

test.describe('on a narrow page', () => {
  test.use({ viewport: { width: 375, height: 812 } });

  test('axe finds nothing in any tab', async ({ page, story }) => {
    await story.open(`./#${quick}`);
    await story.oneStep();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      for (const tab of ['charts', 'group', 'settings', 'ask', 'runs']) {
        await page.getByTestId(`tab-${tab}`).click();
        await expectNothing(page, `${tab}, ${colorScheme}`);
      }
    }
  });
});

test('axe finds nothing on the page of a failure', async ({ page, story }) => {
  await page.route('**/policies/default.safetensors', (route) =>
    route.fulfill({ body: 'no policy', contentType: 'application/octet-stream' }),
  );
  await page.goto('./');
  await expect(story.error).toBeVisible();
  await expectNothing(page, 'error');
});
