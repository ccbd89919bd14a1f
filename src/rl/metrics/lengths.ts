/** @file Metrics of lengths, in tokens that the policy wrote, end tokens included. */
import { mean } from '../../lib/statistics.ts';
import { writtenCount } from '../trajectory/trajectory.ts';
import { sampledTrajectories, type StepFacts } from './facts.ts';
import type { Metrics } from './metric.ts';

/** A number of all lengths. */
const ofLengths = (number: (lengths: readonly number[]) => number) => (facts: StepFacts) =>
  number(sampledTrajectories(facts).map(writtenCount));

/** A number of the lengths of completions that ended by themselves; undefined where none did. */
const ofFinished = (number: (lengths: readonly number[]) => number) => (facts: StepFacts) => {
  const lengths = sampledTrajectories(facts)
    .filter(({ terminated }) => terminated)
    .map(writtenCount);
  return lengths.length > 0 ? number(lengths) : undefined;
};
const least = (lengths: readonly number[]): number => Math.min(...lengths);
const most = (lengths: readonly number[]): number => Math.max(...lengths);

export const lengths = {
  'completions/mean_length': {
    label: 'Completion length',
    unit: 'tokens',
    formula: 'mean tokens up to and including the end',
    summary: 'Longer completions here usually mean that the policy works the problem out.',
    chart: { id: 'length', title: 'Length', line: 'Mean', floor: [0, 4], color: 'other', isMain: true },
    of: ofLengths(mean),
  },
  'completions/min_length': {
    label: 'Shortest',
    unit: 'tokens',
    formula: 'min',
    summary: 'Shortest completion of the step.',

    of: ofLengths(least),
  },
  'completions/max_length': {
    label: 'Longest',
    unit: 'tokens',
    formula: 'max',
    summary: 'Longest completion of the step.',

    of: ofLengths(most),
  },
  'completions/clipped_ratio': {
    label: 'Cut off',
    unit: 'share',
    formula: 'completions without an end token / completions',
    summary: 'Completions that ran into the length limit.',

    of: (facts) => {
      const all = sampledTrajectories(facts);
      return 1 - all.filter(({ terminated }) => terminated).length / all.length;
    },
  },
  'completions/mean_terminated_length': {
    label: 'Length of finished completions',
    unit: 'tokens',
    formula: 'mean over completions with an end token',
    summary: 'Mean length without the ones that were cut off.',

    of: ofFinished(mean),
  },
  'completions/min_terminated_length': {
    label: 'Shortest finished',
    unit: 'tokens',
    formula: 'min over completions with an end token',
    summary: 'Shortest completion that ended by itself.',
    only: 'where any ended',

    of: ofFinished(least),
  },
  'completions/max_terminated_length': {
    label: 'Longest finished',
    unit: 'tokens',
    formula: 'max over completions with an end token',
    summary: 'Longest completion that ended by itself.',
    only: 'where any ended',

    of: ofFinished(most),
  },
} satisfies Metrics<StepFacts>;
