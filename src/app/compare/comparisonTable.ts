/** @file Results of a comparison so far, in the words of its table. */
import type { StoredMetric } from '../../lessons/storedResult.ts';
import { comparisonWords as words } from '../../ui/atlas/comparisonWords.ts';
import { fixed, type LiveTableProps, type NumberView, signed } from '../../ui/atlas/LiveTable.tsx';
import { runColor } from '../chartSpecs.ts';
import { isOwn, type MeasureId } from '../stores/armMeasures.ts';
import { type Pair, resultsOf } from '../stores/armResults.ts';
import { armOf, type Plan } from '../stores/comparisonPlan.ts';
import type { ComparisonState } from '../stores/comparison.ts';

/** `metric`: the first number of the stored result, for `own`. */
function numberOf(id: MeasureId, metric: StoredMetric | null): NumberView {
  if (id !== 'own') return { id, ...words.measures[id], isChange: id === 'accuracy' };
  return {
    id,
    title: words.own(metric?.title ?? ''),
    unit: metric?.unit ?? '',
    digits: metric?.digits ?? 0,
    isChange: false,
  };
}

/** How the number relates to those of the stored result. */
const relation = (number: NumberView, measure: MeasureId, metric: StoredMetric): string =>
  isOwn(measure, metric) ? words.judged(metric.title) : words.judgedByAnother(number.title, metric.title);

/** A pair of arms in a sentence: which is above, or how many seeds would tell. */
function pairSentence(pair: Pair, plan: Plan, { unit, digits }: NumberView): string {
  const { first, second, mean, interval, seeds, isClear, needed } = pair;
  const show = fixed(digits);
  const nameOf = (id: string) => armOf(plan, id)?.title ?? id;
  const [above, below] = [nameOf(first), nameOf(second)];
  const by = `${show(mean)}${unit === '' ? '' : ` ${unit}`}`;
  if (!interval || needed === null) return words.pair.one(above, below, by);
  if (mean === 0 && interval[0] === interval[1]) return words.pair.same(above, below);
  const range = words.interval(signed(show(interval[0])), signed(show(interval[1])));
  return isClear
    ? words.pair.clear(above, below, by, range)
    : words.pair.unclear(above, below, by, range, seeds, needed);
}

/** Above this number of pairs the table says how many would seem clear by chance. */
const FEW_PAIRS = 3;

/** Results so far as a table in the number `chosen`, or in the first that all runs have; null without a plan. */
export function tableOf(
  { plan, rows }: Pick<ComparisonState, 'plan' | 'rows'>,
  chosen?: MeasureId,
): Omit<LiveTableProps, 'onNumber'> | null {
  if (!plan) return null;
  const { measure, measures, arms, pairs } = resultsOf(plan, rows, plan.metric?.id, chosen);
  const number = numberOf(measure, plan.metric);
  return {
    number,
    numbers: measures.map((id) => numberOf(id, plan.metric)),
    seeds: plan.seeds.length,
    arms: arms.map(({ arm, ...numbers }, index) => ({
      id: arm,
      title: armOf(plan, arm)?.title ?? arm,
      color: runColor(index),
      ...numbers,
    })),
    pairs: pairs.map((pair) => pairSentence(pair, plan, number)),
    about: plan.metric ? relation(number, measure, plan.metric) : null,
    notes: [
      ...(plan.from ? [words.begins(plan.from.step)] : []),
      ...(plan.metric ? [words.stored] : []),
      ...(pairs.length > FEW_PAIRS ? [words.chance(pairs.length)] : []),
    ],
  };
}
