/**
 * @file `npm run format`: formats every source file; with `--check` only lists the files that differ. Both list lines
 * of more than 120 columns, which the formatter keeps if it cannot break them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPath, projectRoot } from './install.mjs';
import { sourceFiles } from './sourceFiles.mjs';

const COLUMNS = 120;
/** A long string, pattern or link cannot be broken without harm to its reader. */
const unbreakable = /(['"`/]).{40,}\1|https?:\/\/\S{40,}/;

/** Lines that are too long although they could be broken, as `path:line`. */
export const longLines = () =>
  sourceFiles().flatMap((path) =>
    readFileSync(join(projectRoot, path), 'utf8')
      .split('\n')
      .flatMap((line, i) => (line.length > COLUMNS && !unbreakable.test(line) ? [`${path}:${i + 1}`] : [])),
  );

/** Whether every file is formatted, and every line fits. */
export function isFormatted({ write = false } = {}) {
  const { status } = spawnSync(process.execPath, [commandPath('oxfmt'), write ? '--write' : '--check', '.'], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  const long = longLines();
  for (const place of long) console.log(`${place}: more than ${COLUMNS} columns`);
  return status === 0 && long.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = isFormatted({ write: !process.argv.includes('--check') }) ? 0 : 1;
}
