/** @file Times on a machine that other processes use too. */
import { mean } from '../../src/lib/statistics.ts';

/** Milliseconds that all threads of this process have computed for; other processes do not lengthen them. */
export function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Mean of the fastest quarter: other processes only ever add time. */
export function undisturbed(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice(0, Math.ceil(sorted.length / 4)));
}
