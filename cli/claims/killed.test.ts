/** @file A harness killed at any moment and started again gives the same result as an uninterrupted one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { random } from '../../src/lib/random.ts';
import type { StoredResult } from './result.ts';

const folder = mkdtempSync(join(tmpdir(), 'claims-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const root = fileURLToPath(new URL('../../', import.meta.url));
const start = (cache: string): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'testing/tinyHarness.ts', cache], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** The output of the harness; null if it was killed. */
async function ended(child: ChildProcess): Promise<StoredResult | null> {
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return code === 0 ? (JSON.parse(printed) as StoredResult) : null;
}

/** Starts the harness and kills it after so many milliseconds; one that was faster begins anew and is killed sooner. */
async function killed(cache: string, after: number): Promise<void> {
  for (let wait = after; wait > 1; wait /= 2) {
    const child = start(cache);
    const timer = setTimeout(() => child.kill('SIGKILL'), wait);
    if ((await ended(child)) === null) return;
    clearTimeout(timer);
    rmSync(cache, { recursive: true });
  }
  throw new Error('the harness was never killed');
}

/** The result without the parts that differ every time. */
const lasting = ({ runs, arms, date: _date, ...rest }: StoredResult) => ({
  ...rest,
  arms: arms.map(({ secondsPerStep: _time, ...arm }) => arm),
  runs: runs.map(({ summary: { seconds: _seconds, ...summary }, ...run }) => ({ ...run, summary })),
});

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
  return child.pid as number;
}

const finished = (cache: string): string[] =>
  existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.jsonl')) : [];
const written = (cache: string, names: readonly string[]): number[] =>
  names.map((name) => statSync(join(cache, name)).mtimeMs);

test(
  'killed twice at different moments, the harness gives the result of an uninterrupted one',
  { timeout: 240_000 },
  async () => {
    const [calm, broken] = [join(folder, 'calm'), join(folder, 'broken')];
    const begun = performance.now();
    const whole = await ended(start(calm));
    const duration = performance.now() - begun;
    expect(whole?.runs).toHaveLength(3);
    expect(whole?.comparisons).toMatchObject([{ of: '0', against: '0.5', metric: 'kl', pairs: 1, interval: null }]);

    const moments = random('killed', Math.floor(begun));
    for (const part of [0.2 + 0.6 * moments.uniform(), 0.1 + 0.3 * moments.uniform()])
      await killed(broken, part * duration);
    // A draft of a process that died while writing.
    writeFileSync(join(broken, `abc.jsonl.${await deadPid()}.part`), '{');
    const before = finished(broken);
    const times = written(broken, before);
    const resumed = await ended(start(broken));
    expect(lasting(resumed as StoredResult)).toEqual(lasting(whole as StoredResult));
    // Runs finished before are not repeated, and half-written ones do not count.
    expect(written(broken, before)).toEqual(times);
    expect(finished(broken)).toHaveLength(3);
    expect(readdirSync(broken).filter((name) => name.endsWith('.part'))).toEqual([]);
  },
);
