/** @file Lines of source files after uniform formatting, so that checkouts of different style can be compared. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandPath } from '../install.mjs';
import { productSources, wrappedLines } from './measures.mjs';

const COLUMNS = 100;

/**
 * Lines at 100 columns: formatted with objects on one line where they fit and comments wrapped; the lines that the
 * formatter cannot break (texts, line comments) count as if broken.
 * @param {readonly import('./imports.mjs').Source[]} sources
 */
export function formattedLines(sources) {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-house-'));
  try {
    for (const { file, text } of sources) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const format = { printWidth: COLUMNS, singleQuote: true, objectWrap: 'collapse', jsdoc: true };
    writeFileSync(join(folder, '.oxfmtrc.json'), JSON.stringify(format));
    const { status, stderr } = spawnSync(process.execPath, [commandPath('oxfmt'), '--write', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`oxfmt: ${stderr}`);
    return wrappedLines(productSources(folder), COLUMNS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
