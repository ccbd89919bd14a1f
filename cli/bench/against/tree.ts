/** @file Another commit of this repository in a worktree of its own, and its bench run through its command line. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../../src/lib/assert.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Output of a command in a folder, or null if it fails. */
function output(folder: string, program: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

export interface Tree {
  /** Short hash of the commit. */
  readonly commit: string;
  readonly folder: string;
  remove(): void;
}

/** This checkout as it stands. */
export const thisTree: Pick<Tree, 'folder'> = { folder: root };

/**
 * The commit in a temporary worktree, which the caller removes, with this tree's packages if both lock the same, else
 * with its own. UsageError for an unknown commit, or packages that cannot be installed.
 */
export function commitTree(commit: string): Tree {
  const hash = output(root, 'git', 'rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`);
  assert(hash !== null, `--against: this repository has no commit ${commit}`);
  const parent = mkdtempSync(join(tmpdir(), 'rollout-against-'));
  const folder = join(parent, 'tree');
  const remove = () => {
    output(root, 'git', 'worktree', 'remove', '--force', folder);
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    assert(
      output(root, 'git', 'worktree', 'add', '--detach', folder, hash) !== null,
      `--against: ${commit}: git could not check it out`,
    );
    const lock = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8');
    if (lock(root) === lock(folder)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    else {
      process.stderr.write(`installing the packages of ${commit} ...\n`);
      output(folder, 'npm', 'ci', '--no-audit', '--no-fund');
    }
    assert(existsSync(join(folder, 'node_modules')), `--against: ${commit}: its packages could not be installed`);
    return { commit: hash.slice(0, 7), folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The report that a tree's own bench writes; its progress goes to this process's standard error. */
export async function benchOf(
  { folder }: Pick<Tree, 'folder'>,
  backends: readonly string[],
  steps: number,
): Promise<unknown> {
  const scratch = mkdtempSync(join(tmpdir(), 'rollout-bench-'));
  const file = join(scratch, 'report.json');
  const args = [
    'run',
    '--silent',
    'bench',
    '--',
    '--backends',
    backends.join(','),
    '--steps',
    String(steps),
    '--json',
    file,
  ];
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn('npm', args, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      });
      child.once('error', reject);
      child.once('close', resolve);
    });
    assert(code === 0, `--against: the bench in ${folder} ended with code ${code}`);
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
