/** @file Makes the production build in `dist`, on request or if it is older than its sources. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandPath, projectRoot } from './install.mjs';
import { precompress } from './precompress.mjs';

const distFolder = join(projectRoot, 'dist');
const builtPage = join(distFolder, 'index.html');
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'postcss.config.cjs', 'package-lock.json'];

/**
 * Newest modification time under a path in milliseconds, 0 if it does not exist. Folders count, so that a deleted file
 * is noticed.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/**
 * Builds; the built page gets the time at which the build began, so that a source edited meanwhile is newer.
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function build() {
  const begun = new Date();
  // Without its page an interrupted build counts as missing.
  rmSync(builtPage, { force: true });
  const { status } = spawnSync(process.execPath, [commandPath('vite'), 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) {
    rmSync(builtPage, { force: true });
    return false;
  }
  await precompress(distFolder);
  utimesSync(builtPage, begun, begun);
  return true;
}

/** Builds only if `dist` is missing or older than the sources; throws one sentence if that fails. */
export async function ensureBuilt() {
  const newestSource = Math.max(...sources.map((name) => newest(join(projectRoot, name))));
  const built = statSync(builtPage, { throwIfNoEntry: false });
  if (built && built.mtimeMs >= newestSource) return distFolder;
  console.log('Building the page ...');
  if (!(await build())) throw new Error('The build did not succeed; the lines above say where.');
  return distFolder;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build()) ? 0 : 1;
}
