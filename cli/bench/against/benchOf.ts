/** @file The bench of a checkout, run through its own command line. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../../../src/lib/assert.ts';

/** The report that the bench of a checkout writes; its progress goes to this process's standard error. */
export async function benchOf(folder: string, backends: readonly string[], steps: number): Promise<unknown> {
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
