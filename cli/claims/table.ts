/**
 * @file An experiment's result for a terminal: for each arm the mean of each metric with its interval for each base,
 * then every run.
 */
import type { Interval } from '../../src/lib/statistics.ts';
import type { ComparisonResult } from './comparison.ts';
import type { Effect } from './effect.ts';
import type { Check, Experiment, ExperimentRun, Metric } from './experiment.ts';
import { powerWords } from './pilot.ts';
import type { ArmResult, StoredResult } from './result.ts';

/** Mean and interval in words; for several bases their mean, then a line for each. */
function effectLines(
  { mean, interval, runs, bases }: Effect,
  { digits, unit }: Pick<Metric, 'digits' | 'unit'>,
  what: string,
): readonly [string, ...string[]] {
  const number = (x: number) => `${x.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
  const range = ([low, high]: Interval, count: number) =>
    low === high
      ? `the same in all ${count} ${what}`
      : `95 % over ${count} ${what}: ${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  if (!bases) return [`${number(mean)}${interval ? ` (${range(interval, runs)})` : ''}`];
  const each = Object.entries(bases).map(
    ([policy, base]) =>
      `${policy}: ${number(base.mean)}${base.interval ? ` (${range(base.interval, base.runs)})` : ''}`,
  );
  return [`${number(mean)}, the mean of ${each.length} bases:`, ...each];
}

function metricLines(metric: Metric, { metrics }: ArmResult): string[] {
  const effect = metrics[metric.id];
  if (!effect) return [];
  const [first, ...each] = effectLines(effect, metric, 'seeds');
  return [`    ${metric.title.padEnd(32)} ${first}`, ...each.map((line) => `      ${line}`)];
}

function runLine(metrics: readonly Metric[], { policy, seed, summary }: ExperimentRun): string {
  const values = metrics.flatMap((metric) => {
    const value = metric.of(summary);
    return value === null ? [] : [`${metric.title} ${value.toFixed(metric.digits)}`];
  });
  // The first metrics are those that the rules use.
  return `      ${policy} seed ${seed}: ${values.slice(0, 4).join(', ')}, ${summary.seconds.toFixed(0)} s`;
}

function comparisonLines(
  metrics: readonly Metric[],
  arms: readonly ArmResult[],
  { of, against, metric, pairs, ...effect }: ComparisonResult,
): string[] {
  const shown = metrics.find(({ id }) => id === metric);
  const title = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const [first, ...each] = effectLines({ ...effect, runs: pairs }, { digits: shown?.digits ?? 2, unit: '' }, 'pairs');
  return [
    `  ${title(of)} less ${title(against)}, ${shown?.title ?? metric}: ${first}`,
    ...each.map((line) => `    ${line}`),
  ];
}

/** A rule with its outcome, and that of each base if there are several. */
function checkLine({ rule, of, holds, bases = {} }: Check): string {
  const each = Object.entries(bases).map(([policy, held]) => `${policy}: ${held ? 'holds' : 'FAILS'}`);
  const mark = of === 'ours' ? ' [ours]' : '';
  return `${holds ? 'holds ' : 'FAILS '} ${rule}${mark}${each.length > 0 ? ` (${each.join(', ')})` : ''}`;
}

/** The pilot in lines: chosen rates, and the power of the planned comparison. */
function pilotLines({ pilot, power, arms }: StoredResult): string[] {
  const title = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const rates = Object.entries(pilot?.sweep?.arms ?? {}).map(
    ([arm, { chosen, tried }]) => `  ${title(arm)}: rate ${chosen} of ${tried.map(([rate]) => rate).join(', ')}`,
  );
  const lines = [...rates, ...(power ? [`  ${powerWords(power, title)}`] : [])];
  return lines.length > 0 ? [...lines, ''] : [];
}

/** The complete result, ending with the rules and the verdict. */
export function claimTable({ metrics }: Experiment, result: StoredResult): string {
  const arms = result.arms.flatMap((arm) => [
    `  ${arm.title}${arm.flags.length > 0 ? `   ${arm.flags.join(' ')}` : ''}`,
    ...(arm.note === undefined ? [] : [`    ${arm.note}`]),
    ...metrics.flatMap((metric) => metricLines(metric, arm)),
    ...result.runs.filter((run) => run.arm === arm.arm).map((run) => runLine(metrics, run)),
    '',
  ]);
  const comparisons = (result.comparisons ?? []).flatMap((comparison) =>
    comparisonLines(metrics, result.arms, comparison),
  );
  const verdicts = Object.entries(result.verdicts ?? {}).map(([policy, verdict]) => `${policy}: ${verdict}`);
  return [
    `Claim: ${result.claim}`,
    result.method,
    '',
    ...pilotLines(result),
    ...arms,
    ...(comparisons.length > 0 ? [...comparisons, ''] : []),
    ...(result.preconditions ?? []).map((check) => `precondition ${checkLine(check)}`),
    ...result.checks.map(checkLine),
    ...(result.finding === undefined ? [] : [result.finding]),
    `verdict: ${result.verdict}${verdicts.length > 0 ? ` (${verdicts.join(', ')})` : ''}`,
  ].join('\n');
}
