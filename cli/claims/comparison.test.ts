/**
 * @file Paired comparisons against hand-computed values: partners by base and seed, the t interval, unpaired runs, and
 * the rule.
 */
import { expect, test } from 'vitest';
import { comparisonResults, pairedAbove } from './comparison.ts';
import type { Comparison, ExperimentRun, Metric } from './experiment.ts';
import type { Summary } from './summary.ts';

const summary = (finalAccuracy: number): Summary => ({
  summary: true,
  preset: 'default',
  seed: 0,
  steps: 1,
  backend: 'node',
  policyHash: '',
  baseAccuracy: 0,
  finalAccuracy,
  baseGreedy: 0,
  finalGreedy: 0,
  baseMethods: {},
  finalMethods: {},
  seconds: 1,
});
const runsOf = (arm: string, accuracies: readonly number[], policy = 'a'): ExperimentRun[] =>
  accuracies.map((accuracy, seed) => ({ policy, arm, seed, summary: summary(accuracy) }));
const metrics: readonly Metric[] = [
  { id: 'after', title: 'after', unit: '', digits: 1, of: (s) => (s.finalAccuracy < 0 ? null : 100 * s.finalAccuracy) },
];
const comparison: Comparison = { of: 'new', against: 'old', metric: 'after' };
const compared = (runs: readonly ExperimentRun[]) => comparisonResults({ comparisons: [comparison], metrics }, runs);

test('pairs runs of one base and seed, in any order of seeds', () => {
  // Differences of 1, 2 and 3: mean 2, s = 1, t(2) = 4.30265, so 2 +- 2.4842.
  const runs = [...runsOf('new', [0.11, 0.52, 0.93]), ...runsOf('old', [0.1, 0.5, 0.9]).toReversed()];
  expect(compared(runs)).toEqual([
    {
      ...comparison,
      pairs: 3,
      mean: expect.closeTo(2, 6),
      interval: [expect.closeTo(-0.4842, 3), expect.closeTo(4.4842, 3)],
    },
  ]);
  const held = (least: number) => pairedAbove(comparison, least, metrics).holds(runs);
  expect([held(-0.49), held(-0.48)]).toEqual([true, false]);
});

test('omits runs without a partner or without the number; one pair has no interval, none gives no result', () => {
  expect(compared([...runsOf('new', [0.2, -1, 0.4]), ...runsOf('old', [0.1, 0.1])])).toEqual([
    { ...comparison, pairs: 1, mean: expect.closeTo(10, 6), interval: null },
  ]);
  expect(compared([...runsOf('new', [0.2]), ...runsOf('old', [0.1], 'b')])).toEqual([]);
  expect(pairedAbove(comparison, 0, metrics).holds(runsOf('new', [0.2, 0.3]))).toBe(false);
});
