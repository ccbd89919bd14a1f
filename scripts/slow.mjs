/**
 * @file `npm run slow`: the suites that take minutes and gigabytes, `*.slow.ts`: those of Vitest, which arguments go
 * to, and without arguments then those of the built page.
 */
import { spawnSync } from 'node:child_process';
import { commandPath, projectRoot } from './install.mjs';

const given = process.argv.slice(2);
const vitest = [commandPath('vitest'), 'run', ...given];
const page = [['scripts/build.mjs'], [commandPath('@playwright/test', 'playwright'), 'test', '--project', 'wasm']];
for (const args of given.length > 0 ? [vitest] : [vitest, ...page]) {
  const options = { cwd: projectRoot, stdio: /** @type {const} */ ('inherit') };
  const { status } = spawnSync(process.execPath, args, { ...options, env: { ...process.env, ROLLOUT_SLOW: '1' } });
  if (status !== 0) process.exit(status ?? 1);
}
