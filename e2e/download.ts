/** @file Downloads of the page. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const folder = mkdtempSync(join(tmpdir(), 'rollout-files-'));

/** Runs `press`, which saves a file; returns the file's path. */
export async function saved(page: Page, press: () => Promise<void>): Promise<string> {
  const arriving = page.waitForEvent('download');
  await press();
  const download = await arriving;
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}
