/** @file Metrics of the critic before its update. */
import { mean } from '../../lib/statistics.ts';
import type { BatchFacts } from './facts.ts';
import type { Metrics } from './metric.ts';

interface Foresight {
  /** Mean (V - R)^2. */
  readonly squared: number;
  /** Of the returns. */
  readonly variance: number;
}

/** A number of the values and returns over all tokens; undefined without a critic. */
const ofValues =
  (number: (foresight: Foresight) => number | undefined) =>
  ({
    batch: {
      arrays: { oldValues, returns, mask },
    },
  }: BatchFacts): number | undefined => {
    if (!oldValues || !returns || !mask?.includes(1)) return undefined;
    const inside = [...mask.keys()].filter((i) => mask[i] === 1);
    const actual = inside.map((i) => returns[i] as number);
    const squared = mean(inside.map((i, t) => ((oldValues[i] as number) - (actual[t] as number)) ** 2));
    const center = mean(actual);
    return number({ squared, variance: mean(actual.map((r) => (r - center) ** 2)) });
  };

export const critic = {
  value_loss: {
    label: 'Critic’s loss',
    unit: '',
    formula: 'mean (V − R)² / 2',
    summary: 'How far the critic’s expectation was from what came, before this update.',
    only: 'with a critic',

    of: ofValues(({ squared }) => squared / 2),
  },
  'critic/explained_variance': {
    label: 'Critic’s foresight',
    unit: 'share',
    formula: '1 − mean (V − R)² / var R',
    summary:
      'Share of the differences between returns that the critic foresaw; 0 or less is no better than a constant.',
    only: 'with a critic',

    of: ofValues(({ squared, variance }) => (variance > 1e-12 ? 1 - squared / variance : undefined)),
  },
} satisfies Metrics<BatchFacts>;
