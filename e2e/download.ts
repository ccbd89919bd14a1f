/** @file Downloads of the page. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { readArchive } from '../src/lib/zip.ts';

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

/** The files of the archive that `press` saves, by name. */
export async function savedFiles(
  page: Page,
  press: () => Promise<void>,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const archive = new Uint8Array(readFileSync(await saved(page, press)));
  return Object.fromEntries(readArchive(archive).map(({ name, bytes }) => [name, new Uint8Array(bytes)]));
}

/** A file of an archive as text. */
export const textOf = (files: Readonly<Record<string, Uint8Array>>, name: string): string =>
  new TextDecoder().decode(files[name]);
