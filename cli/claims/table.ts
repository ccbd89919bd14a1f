/** @file An experiment's result for a terminal: arm by arm the mean of each metric with its interval, then every run. */
import type { ComparisonResult } from './comparison.ts';
import type { Experiment, ExperimentRun, Metric } from './experiment.ts';
import type { ArmResult, StoredResult } from './result.ts';

function effectLine(metric: Metric, { metrics, runs }: ArmResult): string[] {
  const effect = metrics[metric.id];
  if (!effect) return [];
  const number = (x: number) => x.toFixed(metric.digits);
  const interval = effect.interval ? ` (95 % over ${runs} runs: ${number(effect.interval[0])} to ${number(effect.interval[1])})` : '';
  return [`    ${metric.title.padEnd(32)} ${number(effect.mean)}${metric.unit === '' ? '' : ` ${metric.unit}`}${interval}`];
}

function runLine(metrics: readonly Metric[], { policy, seed, summary }: ExperimentRun): string {
  const values = metrics.flatMap((metric) => {
    const value = metric.of(summary);
    return value === null ? [] : [`${metric.title} ${value.toFixed(metric.digits)}`];
  });
  // The first metrics are those that the rules speak of.
  return `      ${policy} seed ${seed}: ${values.slice(0, 4).join(', ')}, ${summary.seconds.toFixed(0)} s`;
}

function comparisonLine(metrics: readonly Metric[], arms: readonly ArmResult[], { of, against, metric, pairs, mean, interval }: ComparisonResult): string {
  const shown = metrics.find(({ id }) => id === metric);
  const title = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const number = (x: number) => x.toFixed(shown?.digits ?? 2);
  return `  ${title(of)} less ${title(against)}, ${shown?.title ?? metric}: ${number(mean)}${interval ? ` (95 % over ${pairs} pairs: ${number(interval[0])} to ${number(interval[1])})` : ''}`;
}

/** The whole result, ending with the rules and the verdict. */
export function claimTable({ metrics }: Experiment, result: StoredResult): string {
  const arms = result.arms.flatMap((arm) => [
    `  ${arm.title}${arm.flags.length > 0 ? `   ${arm.flags.join(' ')}` : ''}`,
    ...(arm.note === undefined ? [] : [`    ${arm.note}`]),
    ...metrics.flatMap((metric) => effectLine(metric, arm)),
    ...result.runs.filter((run) => run.arm === arm.arm).map((run) => runLine(metrics, run)),
    '',
  ]);
  const comparisons = (result.comparisons ?? []).map((comparison) => comparisonLine(metrics, result.arms, comparison));
  const checks = result.checks.map(({ rule, holds }) => `${holds ? 'holds ' : 'FAILS '} ${rule}`);
  return [`Claim: ${result.claim}`, result.method, '', ...arms, ...(comparisons.length > 0 ? [...comparisons, ''] : []), ...checks, `verdict: ${result.verdict}`].join('\n');
}
