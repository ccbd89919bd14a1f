/** @file `npm run fuzz`: the fuzz tests with 10 000 files or addresses each, or the number in the first argument. */
import { spawnSync } from 'node:child_process';
import { commandPath, projectRoot } from './install.mjs';

const USUAL = '10000';
const runs = process.argv[2] ?? USUAL;
if (!/^[1-9]\d{0,6}$/.test(runs)) {
  console.error(`npm run fuzz: a number of runs from 1 to 9999999 is needed, not ${runs}`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [commandPath('vitest'), 'run', 'fuzz'], {
  cwd: projectRoot,
  stdio: 'inherit',
  env: { ...process.env, ROLLOUT_FUZZ_RUNS: runs },
});
process.exit(status ?? 1);
