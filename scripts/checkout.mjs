/** @file Another commit of this repository, in a worktree of its own beside this checkout. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './install.mjs';

/** @param {string} folder @param {string} program @param {string[]} args */
function run(folder, program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${(stderr || stdout).trim()}`);
  return stdout.trim();
}

/** The short hash of a commit, or null for an unknown one. @param {string} commit */
export function commitOf(commit) {
  const args = ['rev-parse', '--short', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`];
  const { status, stdout } = spawnSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Builds the page of a checkout. @param {string} folder */
export const buildIn = (folder) => void run(folder, process.execPath, 'scripts/build.mjs');

/**
 * Checks a commit out into a temporary folder, with the packages that are installed here if both lock the same, else
 * with its own. Error for an unknown commit, or packages that cannot be installed.
 * @param {string} commit
 * @returns {{commit: string, folder: string, remove: () => void}}
 */
export function checkoutOf(commit) {
  const hash = commitOf(commit);
  if (hash === null) throw new Error(`--against: this repository has no commit ${commit}`);
  const parent = mkdtempSync(join(tmpdir(), 'rollout-commit-'));
  const folder = join(parent, 'checkout');
  const remove = () => {
    spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: projectRoot });
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    run(projectRoot, 'git', 'worktree', 'add', '--detach', folder, hash);
    const lock = (/** @type {string} */ root) => readFileSync(join(root, 'package-lock.json'), 'utf8');
    if (lock(folder) === lock(projectRoot))
      symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    else run(folder, 'npm', 'ci', '--include=dev', '--no-audit', '--no-fund');
    return { commit: hash, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
