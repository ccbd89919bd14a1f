/** @file The rules by which a suite's claim holds, fixed before it is run. */
import type { ClaimSuite } from './arms.ts';
import type { ClaimRun } from './runs.ts';
import { armResults } from './table.ts';

export interface Check {
  readonly rule: string;
  readonly holds: boolean;
}

const gain = (after: number, before: number): number => 100 * (after - before);

/** A control must show nothing: the interval of its change ends below this many points. */
const CONTROL_LIMIT = 5;

function learns({ summary: s }: ClaimRun): boolean {
  return gain(s.finalAccuracy, s.baseAccuracy) >= 25 && (gain(s.finalGreedy, s.baseGreedy) >= 25 || s.finalGreedy > 0.9);
}

const rules: Readonly<Record<string, (runs: readonly ClaimRun[]) => Check>> = {
  default: (runs) => ({ rule: 'every GRPO run: sampled up by at least 25 points, greedy up by at least 25 or above 90 %', holds: runs.filter((r) => r.arm === 'grpo').every(learns) }),
  countdown: (runs) => ({
    rule: 'every GRPO run: sampled up by at least 10 points',
    holds: runs.filter((r) => r.arm === 'grpo').every(({ summary: s }) => gain(s.finalAccuracy, s.baseAccuracy) >= 10),
  }),
};

/** All rules of a suite, each with whether these runs satisfy it. */
export function checks(suite: ClaimSuite, runs: readonly ClaimRun[]): Check[] {
  const own = rules[suite.id];
  const controls = armResults(suite, runs).filter(({ arm }) => arm !== 'grpo').map(({ arm, interval }) => ({
    rule: `${arm}: the 95 % interval of the change ends below +${CONTROL_LIMIT} points`,
    holds: interval[1] < CONTROL_LIMIT,
  }));
  return [...(own ? [own(runs)] : []), ...controls];
}
