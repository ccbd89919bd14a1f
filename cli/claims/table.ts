/** @file An experiment's result for a terminal: arm by arm the mean of each metric with its interval, then every run. */
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

/** The whole result, ending with the rules and the verdict. */
export function claimTable({ metrics }: Experiment, result: StoredResult): string {
  const arms = result.arms.flatMap((arm) => [
    `  ${arm.title}${arm.flags.length > 0 ? `   ${arm.flags.join(' ')}` : ''}`,
    ...(arm.note === undefined ? [] : [`    ${arm.note}`]),
    ...metrics.flatMap((metric) => effectLine(metric, arm)),
    ...result.runs.filter((run) => run.arm === arm.arm).map((run) => runLine(metrics, run)),
    '',
  ]);
  const checks = result.checks.map(({ rule, holds }) => `${holds ? 'holds ' : 'FAILS '} ${rule}`);
  return [`Claim: ${result.claim}`, result.method, '', ...arms, ...checks, `verdict: ${result.verdict}`].join('\n');
}
