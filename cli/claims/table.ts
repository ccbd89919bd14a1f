/** @file The table of a suite: every run, and per arm the mean change with its interval over bases and seeds. */
import { type Interval, mean, tInterval } from '../../src/lib/statistics.ts';
import type { ClaimSuite } from './arms.ts';
import type { ClaimRun, Summary } from './runs.ts';

export interface ArmResult {
  readonly arm: string;
  readonly runs: number;
  /** Change of held-out sampled accuracy in points: mean over runs and 95 % t interval. */
  readonly change: number;
  readonly interval: Interval;
  readonly greedyChange: number;
}

const points = (x: number): number => 100 * x;
const sampledChange = ({ summary }: ClaimRun): number => points(summary.finalAccuracy - summary.baseAccuracy);

export function armResults(suite: ClaimSuite, runs: readonly ClaimRun[]): ArmResult[] {
  return suite.arms.map(({ id }) => {
    const own = runs.filter((run) => run.arm === id);
    const changes = own.map(sampledChange);
    const greedyChange = mean(own.map(({ summary }) => points(summary.finalGreedy - summary.baseGreedy)));
    return { arm: id, runs: own.length, change: mean(changes), interval: own.length > 1 ? tInterval(changes) : [NaN, NaN], greedyChange };
  });
}

const percent = (x: number): string => `${points(x).toFixed(1)}`.padStart(5);

/** `worked 25.1 % of answers, 97.9 % right` for each method, before and after. */
function methods(before: Summary['baseMethods'], after: Summary['finalMethods']): string {
  const told = (m: Summary['baseMethods'][string] | undefined) => `${percent(m?.share ?? 0)} % used, ${m?.accuracy === undefined ? '    -' : percent(m.accuracy)} % right`;
  return Object.keys(before).map((id) => `      ${id.padEnd(10)} ${told(before[id])}  ->  ${told(after[id])}`).join('\n');
}

function runLines({ policy, seed, summary: s }: ClaimRun): string {
  const sampled = `sampled ${percent(s.baseAccuracy)} -> ${percent(s.finalAccuracy)} %`;
  const greedy = `greedy ${percent(s.baseGreedy)} -> ${percent(s.finalGreedy)} %`;
  return `    ${policy.padEnd(10)} seed ${seed}: ${sampled}   ${greedy}   ${s.seconds.toFixed(0)} s\n${methods(s.baseMethods, s.finalMethods)}`;
}

/** The whole result for a terminal. */
export function claimTable(suite: ClaimSuite, runs: readonly ClaimRun[]): string {
  const lines = [`Claim: ${suite.claim}`, `Preset ${suite.preset}, ${suite.steps} steps; held-out problems, the same before and after.`, ''];
  for (const result of armResults(suite, runs)) {
    const { title } = suite.arms.find(({ id }) => id === result.arm) ?? { title: result.arm };
    const [low, high] = result.interval;
    lines.push(`  ${title}: change ${result.change.toFixed(1)} points sampled (95 % over ${result.runs} runs: ${low.toFixed(1)} to ${high.toFixed(1)}), ${result.greedyChange.toFixed(1)} greedy`);
    lines.push(...runs.filter((run) => run.arm === result.arm).map(runLines), '');
  }
  return lines.join('\n');
}
