/** @file Steps for the reward composer in stories. */
import { expect, type Page } from '@playwright/test';

/** Replaces the text in the editor. */
async function write(page: Page, code: string): Promise<void> {
  const editor = page.getByTestId('own-code').getByRole('textbox');
  await expect(page.locator('[data-testid="own-code"] .cm-content')).toBeVisible();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(code);
}

/** Opens the composer on a new term with this name and code. */
export async function beginTerm(page: Page, name: string, code: string): Promise<void> {
  await page.getByTestId('compose').click();
  await page.getByTestId('start-digits').click();
  await page.getByTestId('own-name').fill(name);
  await write(page, code);
}

export async function closeComposer(page: Page): Promise<void> {
  await page.getByTestId('rewards-close').click();
  await expect(page.getByTestId('rewards')).toHaveCount(0);
}
