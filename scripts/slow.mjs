/** @file `npm run slow`: the suites that take minutes and gigabytes, `*.slow.ts`; arguments go to Vitest. */
import { spawnSync } from 'node:child_process';
import { commandPath, projectRoot } from './install.mjs';

const { status } = spawnSync(process.execPath, [commandPath('vitest'), 'run', ...process.argv.slice(2)], {
  cwd: projectRoot,
  stdio: 'inherit',
  env: { ...process.env, ROLLOUT_SLOW: '1' },
});
process.exit(status ?? 1);
