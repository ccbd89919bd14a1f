/** @file The build of another commit of this repository, beside this checkout. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';

/** @param {string} program @param {string[]} args @param {string} cwd */
function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`);
}

/**
 * Checks a commit out into a folder of its own, and builds it with the packages that are installed here.
 * @param {string} commit
 * @returns {{folder: string, remove: () => void}}
 */
export function checkoutOf(commit) {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-commit-'));
  const remove = () => run('git', ['worktree', 'remove', '--force', folder], projectRoot);
  run('git', ['worktree', 'add', '--detach', folder, commit], projectRoot);
  try {
    symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    run(process.execPath, ['scripts/build.mjs'], folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, remove };
}
