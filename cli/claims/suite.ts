/** @file Runs a suite, several runs at a time, and makes the stored result. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { ClaimSuite } from './arms.ts';
import { type ClaimRun, claimRun, type PlannedRun, plannedRuns } from './runs.ts';
import { type ArmResult, armResults } from './table.ts';
import { type Check, checks } from './verdict.ts';

/** A suite's outcome as it is stored. */
export interface StoredClaim {
  readonly suite: string;
  readonly claim: string;
  readonly command: string;
  /** Commit of the code, and a digest of the changes where the tree differed from it. */
  readonly version: string;
  readonly date: string;
  readonly seeds: readonly number[];
  readonly arms: readonly ArmResult[];
  readonly checks: readonly Check[];
  readonly runs: readonly ClaimRun[];
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }).trim();
}

/** The commit that the code stands at, with a digest of what differs from it; `unknown` outside a repository. */
export function codeVersion(): string {
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    const changes = git('status', '--porcelain') + git('diff', 'HEAD');
    return changes === '' ? commit : `${commit}+${createHash('sha256').update(changes).digest('hex').slice(0, 8)}`;
  } catch {
    return 'unknown';
  }
}

export interface SuiteOptions {
  readonly seeds: readonly number[];
  /** Runs at the same time. */
  readonly parallel: number;
  readonly command: string;
  readonly onRun: (done: number, total: number, run: PlannedRun) => void;
}

export async function runSuite(suite: ClaimSuite, { seeds, parallel, command, onRun }: SuiteOptions): Promise<StoredClaim> {
  const version = codeVersion();
  const planned = plannedRuns(suite, seeds);
  const runs: ClaimRun[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (next < planned.length) {
      const index = next++;
      const plan = planned[index] as PlannedRun;
      runs[index] = await claimRun(suite, plan, version);
      onRun(++done, planned.length, plan);
    }
  }));
  const date = new Date().toISOString().slice(0, 10);
  return { suite: suite.id, claim: suite.claim, command, version, date, seeds, arms: armResults(suite, runs), checks: checks(suite, runs), runs };
}
