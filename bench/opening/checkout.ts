/** @file The production build of this checkout, or of another commit in a worktree of its own, built and served. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../scripts/install.mjs';
import { assert } from '../../src/lib/assert.ts';

export interface Checkout {
  /** Commit, short. */
  readonly name: string;
  readonly folder: string;
  remove(): void;
}

function run(folder: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  assert(status === 0, `${command} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout.trim();
}

const build = (folder: string) => run(folder, process.execPath, 'scripts/build.mjs');

/** This checkout with its build. */
export function ownCheckout(): Checkout {
  build(projectRoot);
  return { name: run(projectRoot, 'git', 'rev-parse', '--short', 'HEAD'), folder: projectRoot, remove: () => {} };
}

/** Another commit with its build, in a temporary worktree. UsageError for an unknown commit. */
export function otherCheckout(commit: string): Checkout {
  const name = run(projectRoot, 'git', 'rev-parse', '--short', `${commit}^{commit}`);
  const folder = join(mkdtempSync(join(tmpdir(), 'rollout-bench-')), 'checkout');
  run(projectRoot, 'git', 'worktree', 'add', '--detach', folder, name);
  const remove = () => {
    run(projectRoot, 'git', 'worktree', 'remove', '--force', folder);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  };
  try {
    const lock = (root: string) => readFileSync(join(root, 'package-lock.json'), 'utf8');
    if (lock(folder) === lock(projectRoot))
      symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
    else run(folder, 'npm', 'ci', '--include=dev');
    build(folder);
    return { name, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Serves a checkout's build by its own server, whose compression and headers are part of the opening. */
export async function serveCheckout({ folder }: Checkout): Promise<{ readonly url: URL; close(): void }> {
  const child = spawn(process.execPath, ['scripts/serve.mjs', '--port', '0'], { cwd: folder });
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return { url: new URL(url), close: () => void child.kill() };
  }
  throw new Error(`${folder}: its server ended without an address`);
}
