/** @file Metrics shared by experiments of several papers. */
import type { Interval } from '../../../src/lib/statistics.ts';
import type { Metric } from '../experiment.ts';
import type { Summary } from '../summary.ts';

/** `bounds`: range of the number, if the unit does not imply it. */
export const metric = (
  id: string,
  title: string,
  unit: string,
  digits: number,
  of: Metric['of'],
  bounds?: Interval,
): Metric => ({ id, title, unit, digits, of, ...(bounds ? { bounds } : {}) });
export const points = (after: number | undefined, before: number | undefined): number | null =>
  after === undefined || before === undefined ? null : 100 * (after - before);
export const percent = (share: number | undefined): number | null => (share === undefined ? null : 100 * share);

/** A share after minus before, in percentage points; bounded by the share after being 0 or 100 %. */
export const change = (
  id: string,
  title: string,
  shares: (summary: Summary) => { readonly after: number | undefined; readonly before: number | undefined },
): Metric => ({
  id,
  title,
  unit: 'points',
  digits: 1,
  of(summary) {
    const { after, before } = shares(summary);
    return points(after, before);
  },
  bounds(summary) {
    const { before = 0 } = shares(summary);
    return [-100 * before, 100 - 100 * before];
  },
});

export const accuracyChange = change('change', 'held-out accuracy, change', (s) => ({
  after: s.finalAccuracy,
  before: s.baseAccuracy,
}));
export const greedyChange = change('greedy', 'greedy accuracy, change', (s) => ({
  after: s.finalGreedy,
  before: s.baseGreedy,
}));
export const accuracyAfter = metric('after', 'held-out accuracy, after', '%', 1, (s) => percent(s.finalAccuracy));
/** Held-out accuracy at the end of a stage, from 1, of arms with `--stages`. */
export const accuracyAtStage = (stage: number): Metric =>
  metric(`stage ${stage}`, `held-out accuracy, end of stage ${stage}`, '%', 1, (s) =>
    percent(s.stages?.[stage - 1]?.sampled),
  );
export const lastEntropy = metric('entropy', 'entropy, last steps', 'nats/token', 3, (s) => s.lastEntropy ?? null);
export const distinctAfter = metric(
  'distinct',
  'different completions of one problem, after',
  '',
  2,
  (s) => s.finalDistinct ?? null,
  [1, Infinity],
);
export const distinctBefore = metric(
  'distinct before',
  'different completions of one problem, before',
  '',
  2,
  (s) => s.baseDistinct ?? null,
  [1, Infinity],
);
export const passAtEightChange = change('pass@8', 'pass@8, change', (s) => ({
  after: s.finalPassAtK?.['8'],
  before: s.basePassAtK?.['8'],
}));
export const trainingSeconds = metric('seconds', 'seconds of training', 's', 1, (s) => s.seconds);

/** The most used way of answering, and its share. */
export function dominant(methods: Summary['finalMethods']): { readonly id: string; readonly share: number } {
  const [first = ['none', { share: 0 }]] = Object.entries(methods).toSorted(([, a], [, b]) => b.share - a.share);
  return { id: first[0], share: first[1].share };
}
