/** @file Files that a page saves. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const folder = mkdtempSync(join(tmpdir(), 'rollout-files-'));

/** Presses something that saves a file; answers where that is. */
export async function saved(page: Page, press: () => Promise<void>): Promise<string> {
  const arriving = page.waitForEvent('download');
  await press();
  const download = await arriving;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}
