/** @file The numbers in which the arms of a comparison are compared. */
import { everywhere, type Interval, mean } from '../../lib/statistics.ts';
import type { StoredMetric } from '../../lessons/storedResult.ts';
import { lastValue, type Row } from '../../ui/charts/series.ts';

/**
 * `own`: the first number of a stored result. `accuracy`: change of held-out accuracy from the base to the last
 * evaluation, in points; `heldOut`: its end, in percent. The others are those of the last step: mean reward, exact KL
 * to the base and entropy (nats a token), completion length (tokens).
 */
export type MeasureId = 'own' | 'accuracy' | 'heldOut' | 'reward' | 'kl' | 'entropy' | 'length';

export interface Measure {
  readonly id: MeasureId;
  readonly valueOf: (rows: readonly Row[]) => number | null;
  /** Bounds of the number over these runs. */
  readonly boundsOf: (runs: readonly (readonly Row[])[]) => Interval;
  /** Bounds of the difference between two arms. */
  readonly ofDifference: Interval;
}

/** Numbers of stored results that the rows hold as an exact read-out, by id, with their bounds. */
const exactNumbers: Readonly<Record<string, { readonly key: string; readonly bounds: Interval }>> = {
  gap: { key: 'exact/gap', bounds: [-Infinity, 1] },
  tv: { key: 'exact/distance', bounds: [0, 1] },
};

/** The number at the last evaluation of the run; null where only the base was evaluated. */
function exactEnd(rows: readonly Row[], key: string): number | null {
  const final = lastValue(rows, key);
  return final && final.row.step > 0 ? final.value : null;
}

/** Ids that stored results use for measures of the page. */
const storedIds: Readonly<Partial<Record<MeasureId, readonly string[]>>> = {
  accuracy: ['change', 'sampled'],
  heldOut: ['after'],
};

/** Whether the measure is the first number of the stored result. */
export const isOwn = (measure: MeasureId, { id }: Pick<StoredMetric, 'id'>): boolean =>
  measure === 'own' || (storedIds[measure]?.includes(id) ?? false);

/** Held-out accuracies of base and end as shares; null where either is missing. */
function accuracies(rows: readonly Row[]): { readonly before: number; readonly after: number } | null {
  const base = rows.find(({ values }) => 'eval/sampled' in values);
  const final = lastValue(rows, 'eval/sampled');
  // With an exact read-out the number covers all outcomes, and no problems are held out.
  if (!base || !final || base.step !== 0 || final.row === base || 'exact/gap' in base.values) return null;
  return { before: base.values['eval/sampled'] ?? 0, after: final.value };
}

/** In points. */
function accuracyChange(rows: readonly Row[]): number | null {
  const measured = accuracies(rows);
  return measured && 100 * (measured.after - measured.before);
}

/** Bounds of the change in points, for runs that begin at these accuracies: the ends are shares. */
function changeBounds(runs: readonly (readonly Row[])[]): Interval {
  const begin = runs.length === 0 ? 0 : mean(runs.map((rows) => 100 * (accuracies(rows)?.before ?? 0)));
  return [-begin, 100 - begin];
}

/** In points. Both arms of a pair begin at the same accuracy, so their changes differ as much as their ends. */
const changeDifferences: Interval = [-100, 100];

const plain = (id: MeasureId, valueOf: Measure['valueOf'], [least, most] = everywhere): Measure => ({
  id,
  valueOf,
  boundsOf: () => [least, most],
  ofDifference: [least - most, most - least],
});
const last =
  (key: string) =>
  (rows: readonly Row[]): number | null =>
    lastValue(rows, key)?.value ?? null;

const reward = plain('reward', last('reward'));
const measures: readonly Measure[] = [
  { id: 'accuracy', valueOf: accuracyChange, boundsOf: changeBounds, ofDifference: changeDifferences },
  reward,
  plain(
    'heldOut',
    (rows) => {
      const measured = accuracies(rows);
      return measured && 100 * measured.after;
    },
    [0, 100],
  ),
  plain('kl', last('kl_exact'), [0, Infinity]),
  plain('entropy', last('entropy'), [0, Infinity]),
  plain('length', last('completions/mean_length'), [0, Infinity]),
];

/**
 * The measures that all these runs have, the one to judge by first: the first number of the stored result, so that live
 * and stored arms are judged alike, then the change of held-out accuracy, then the reward. The reward is always there.
 */
export function measuresOf(runs: readonly (readonly Row[])[], metric: string): readonly Measure[] {
  const exact = exactNumbers[metric];
  const own = exact ? [plain('own', (rows) => exactEnd(rows, exact.key), exact.bounds)] : [];
  const all = [...own, ...measures].filter(
    (measure) => measure === reward || runs.every((rows) => measure.valueOf(rows) !== null),
  );
  const isStored = ({ id }: Measure): boolean => isOwn(id, { id: metric });
  return [...all.filter(isStored), ...all.filter((measure) => !isStored(measure))];
}
