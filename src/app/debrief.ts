/** @file The changes that a run made, from its own rows: before and after, held against noise by 95 % intervals. */
import { differenceInterval, type Estimate } from '../lib/intervals.ts';
import { everywhere, mean, tInterval } from '../lib/statistics.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { metrics } from '../rl/metrics/index.ts';
import { counts, rewardTerms } from '../rl/rewards/composition.ts';
import { termsOf } from '../rl/rewards/sharedTerms.ts';
import type { Task } from '../tasks/task.ts';
import { boundsOf, type Row } from '../ui/charts/series.ts';
import {
  type ChangeView,
  type DebriefView,
  FEWEST_STEPS,
  type HeldOutView,
  type MethodView,
} from '../ui/debrief/view.ts';
import { debriefWords } from '../ui/debrief/words.ts';
import { text } from '../ui/text.ts';
import { targetWords } from '../ui/transport/words.ts';
import { targetReached } from './stores/target.ts';

/** Steps at either end whose means are compared, at most. */
const WINDOW = 10;

interface Quantity {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** Its value under the base, where that is known without measuring. */
  readonly base?: number;
}

const catalogued = (key: 'entropy' | 'kl_exact' | 'completions/mean_length' | 'reward', base?: number): Quantity => ({
  key,
  label: metrics[key].label,
  unit: metrics[key].unit,
  ...(base === undefined ? {} : { base }),
});

/** The reward's terms where there are several: a single one is the reward. */
function termQuantities(task: Task, config: TrainConfig): readonly Quantity[] {
  const terms = rewardTerms(task, config)
    .filter(counts)
    .map(({ id }) => ({
      key: `rewards/${id}/mean`,
      label: termsOf(task).find((term) => term.id === id)?.label ?? id,
      unit: '',
    }));
  return terms.length > 1 ? terms : [];
}

const shareOf = (id: string): string => `methods/${id}/share`;
const accuracyOf = (id: string): string => `methods/${id}/accuracy`;

const shareQuantities = (task: Task): readonly Quantity[] =>
  task.methods.map(({ id, label }) => ({ key: shareOf(id), label, unit: 'share' }));

const accuracyQuantities = (task: Task): readonly Quantity[] =>
  task.methods.map(({ id, label }) => ({
    key: accuracyOf(id),
    label: debriefWords.rightOf(label),
    unit: 'share',
  }));

/** Mean and t interval of the rows that have the quantity; null for fewer than two. */
function estimateOf(rows: readonly Row[], { key, unit }: Quantity): Estimate | null {
  const values = rows.flatMap(({ values }) => values[key] ?? []);
  if (values.length < 2) return null;
  return { value: mean(values), interval: tInterval(values, unit === 'share' ? boundsOf({ unit }) : everywhere) };
}

type Measured = Pick<ChangeView, 'before' | 'after' | 'change' | 'verdict'>;

function judged(before: Estimate, after: Estimate): Measured {
  const change = differenceInterval(before, after);
  const verdict = change[0] > 0 ? 'rose' : change[1] < 0 ? 'fell' : 'open';
  return { before: before.value, after: after.value, change, verdict };
}

function changeOf(first: readonly Row[], last: readonly Row[], quantity: Quantity): readonly ChangeView[] {
  const { key: id, label, unit, base } = quantity;
  const before: Estimate | null =
    base === undefined ? estimateOf(first, quantity) : { value: base, interval: [base, base] };
  const after = estimateOf(last, quantity);
  return before && after ? [{ id, label, unit, ...judged(before, after) }] : [];
}

const HELD_OUT = 'eval/sampled';

function heldOutOf(rows: readonly Row[], task: Task): HeldOutView | null {
  const measured = rows.filter(({ values }) => HELD_OUT in values);
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last || first.step > 0 || last === first) return null;
  const estimate = ({ values, ranges }: Row): Estimate => {
    const value = values[HELD_OUT] ?? Number.NaN;
    return { value, interval: ranges[HELD_OUT] ?? [value, value] };
  };
  return {
    id: HELD_OUT,
    label: task.outcomes ? text.exact.best : text.heldOut.sampled,
    unit: 'share',
    step: last.step,
    ...judged(estimate(first), estimate(last)),
  };
}

/** Whether it is the row of a trained step, rewarded or not, and not of an evaluation alone. */
const isTrained = ({ step, values }: Row): boolean =>
  step > 0 && Object.keys(values).some((name) => !name.startsWith('eval'));

export type Debrief = Omit<DebriefView, 'next'>;

/** The method whose share moved most in this direction, beyond chance. */
function mostMoved(task: Task, changes: readonly ChangeView[], direction: 'rose' | 'fell'): MethodView | null {
  const moved = task.methods.flatMap(({ id, label, does = debriefWords.answersBy(label) }) =>
    changes
      .filter((change) => change.id === shareOf(id) && change.verdict === direction)
      .map((change) => ({ ...change, does })),
  );
  const size = ({ before, after }: ChangeView) => Math.abs(after - before);
  return moved.toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

/** Whether the divergence at the end is from the base: a stage may refer to the end of an earlier one instead. */
const refersToBase = ({ stages }: TrainConfig): boolean => (stages?.at(-1)?.reference ?? 0) === 0;

/** Three numbers for one glance. */
function leadOf(heldOut: HeldOutView | null, rose: MethodView | null, changes: readonly ChangeView[]): ChangeView[] {
  const of = (id: string) => changes.find((change) => change.id === id);
  const skill = rose ? of(rose.id.replace(/share$/, 'accuracy')) : undefined;
  return [heldOut ?? of('reward'), skill ?? of('completions/mean_length'), of('kl_exact') ?? of('entropy')].flatMap(
    (one) => one ?? [],
  );
}

/** Null for a run of fewer than `FEWEST_STEPS` steps. */
export function debriefOf(rows: readonly Row[], task: Task, config: TrainConfig): Debrief | null {
  const steps = rows.filter(isTrained);
  if (steps.length < FEWEST_STEPS) return null;
  const window = Math.min(WINDOW, Math.floor(steps.length / 2));
  const [first, last] = [steps.slice(0, window), steps.slice(-window)];
  const changed = (quantities: readonly Quantity[]) => quantities.flatMap((one) => changeOf(first, last, one));
  const changes = [
    ...changed([catalogued('reward'), ...termQuantities(task, config)]),
    ...changed(shareQuantities(task)),
    ...changed(accuracyQuantities(task)),
    ...changed([catalogued('completions/mean_length'), catalogued('entropy')]),
    ...changed(refersToBase(config) ? [catalogued('kl_exact', 0)] : []),
  ];
  const heldOut = heldOutOf(rows, task);
  const rose = mostMoved(task, changes, 'rose');
  const target = targetReached(rows);
  return {
    step: steps.at(-1)?.step ?? 0,
    window,
    heldOut,
    rose,
    fell: mostMoved(task, changes, 'fell'),
    lead: leadOf(heldOut, rose, changes),
    target: target && targetWords.whole(target),
    changes,
  };
}
