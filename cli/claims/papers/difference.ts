/** @file Rules that compare two arms by pairs of runs with the same base and seed, so that their influence cancels. */
import { comparisonResults } from '../comparison.ts';
import type { Comparison, Metric, Rule } from '../experiment.ts';

/** The 95 % interval of the paired difference lies entirely on one side of 0. */
export const differs = (arm: string, side: 'above' | 'below', other: string, metric: Metric): Rule => ({
  rule: `{${arm}} ${side} {${other}} in ${metric.title}: the 95 % interval of the paired difference does not reach 0`,
  holds(runs) {
    const comparison: Comparison = { of: arm, against: other, metric: metric.id };
    const [result] = comparisonResults({ comparisons: [comparison], metrics: [metric] }, runs);
    const interval = result?.interval ?? null;
    return interval !== null && (side === 'above' ? interval[0] > 0 : interval[1] < 0);
  },
});
