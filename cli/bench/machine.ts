/** @file The machine and the project version of a measurement. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BenchReport } from './row.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** `0.1.0`; in a clone with the commit, and `modified` if tracked files differ from it: `0.1.0+1a2b3c4.modified`. */
export function projectVersion(): string {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(`${root}package.json`, 'utf8')));
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === null) return version;
  return `${version}+${commit}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '.modified'}`;
}

/** This machine; `browser` is null if none was started. */
export function thisMachine(browser: string | null): BenchReport['machine'] {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model ?? 'unknown processor',
    node: process.versions.node,
    browser,
  };
}
