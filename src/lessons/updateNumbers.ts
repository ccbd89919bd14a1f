/** @file Numbers of one update for the checks of lessons: a right and a wrong answer of the group, before and after. */
import { standardDeviation } from '../lib/statistics.ts';
import { keyOfPath, keysOf } from '../ui/river/tree.ts';
import { meanReward } from '../ui/river/update.ts';
import type { RiverView, TravellerView, UpdateView } from '../ui/river/view.ts';

/** How a number is written; `tenths` are of a per cent, `factor` is of nats. */
export const writings = ['share', 'tenths', 'number', 'signed', 'times', 'hundredths', 'factor'] as const;
export type Writing = (typeof writings)[number];

/** The numbers by name; `spread` is the sample standard deviation of the rewards, `right` and `wrong` are the first such answers of the group. */
export const updateNumbers = {
  mean: 'hundredths',
  spread: 'number',
  'right.reward': 'hundredths',
  'right.advantage': 'signed',
  'right.before': 'tenths',
  'right.after': 'tenths',
  'right.factor': 'times',
  'wrong.reward': 'hundredths',
  'wrong.advantage': 'signed',
  'wrong.before': 'tenths',
  'wrong.after': 'tenths',
  'wrong.factor': 'times',
  'correct.before': 'tenths',
  'correct.after': 'tenths',
} as const satisfies Readonly<Record<string, Writing>>;
export type UpdateNumber = keyof typeof updateNumbers;

/** Probability of a whole completion before and after the step; null if the river does not hold both. */
export function probabilitiesOf(
  { nodes, hasBefore }: RiverView,
  tokenIds: readonly number[],
): readonly [before: number, after: number] | null {
  const [before, after] = nodes[keysOf(nodes).indexOf(keyOfPath(tokenIds))]?.probabilities ?? [];
  return hasBefore && before !== undefined && after !== undefined ? [before, after] : null;
}

function ofAnswer(name: 'right' | 'wrong', { river }: UpdateView, answer: TravellerView | undefined) {
  if (!answer) return {};
  const found = probabilitiesOf(river, answer.tokenIds);
  return {
    [`${name}.reward`]: answer.reward,
    [`${name}.advantage`]: answer.advantage,
    ...(found
      ? { [`${name}.before`]: found[0], [`${name}.after`]: found[1], [`${name}.factor`]: found[1] / found[0] }
      : {}),
  };
}

/** The numbers that this update has: none of a right answer where all are wrong, and the other way round. */
export function numbersOf(update: UpdateView): Readonly<Partial<Record<UpdateNumber, number>>> {
  const { river, completions } = update;
  const rewards = completions.map(({ reward }) => reward);
  const correct = (policy: number) =>
    river.nodes.reduce((sum, node) => sum + (node.correct === true ? (node.probabilities[policy] ?? 0) : 0), 0);
  return {
    mean: meanReward(completions),
    ...(rewards.length > 1 ? { spread: standardDeviation(rewards, 1) } : {}),
    ...ofAnswer(
      'right',
      update,
      completions.find((one) => one.correct),
    ),
    ...ofAnswer(
      'wrong',
      update,
      completions.find((one) => !one.correct),
    ),
    ...(river.hasBefore ? { 'correct.before': correct(0), 'correct.after': correct(1) } : {}),
  };
}
