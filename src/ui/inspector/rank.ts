/** @file The order in which a group and its completions are read. */
import { type AdvantageRule, ruleOf } from '../river/update.ts';
import type { CompletionView, GroupView } from '../types.ts';

/** Equal completions as one row. */
export interface RankedRow<C extends CompletionView = CompletionView> {
  readonly completion: C;
  readonly count: number;
}

const keyOf = ({ tokens, reward, advantage, penalty, correct, terminated }: CompletionView): string =>
  JSON.stringify([tokens, reward, advantage, penalty, correct, terminated]);

/**
 * Best first, in the order of sampling where rewards are equal. Completions with the same tokens, reward and advantage
 * share the row of the first.
 */
export function ranked<C extends CompletionView>(completions: readonly C[]): readonly RankedRow<C>[] {
  const sorted = completions.toSorted((a, b) => b.reward - a.reward || b.advantage - a.advantage);
  const rows = new Map<string, RankedRow<C>>();
  for (const one of sorted) {
    const { completion, count } = rows.get(keyOf(one)) ?? { completion: one, count: 0 };
    rows.set(keyOf(one), { completion, count: count + 1 });
  }
  return [...rows.values()];
}

/** Rewards less the KL penalties in them, as advantages are reckoned from. */
const rewardsOf = ({ completions }: GroupView): readonly number[] =>
  completions.map(({ reward, penalty = 0 }) => reward - penalty).filter(Number.isFinite);

/** Mean reward, less the KL penalties in it, of the completions that have one; null if none has. */
export function meanReward(group: GroupView): number | null {
  const rewards = rewardsOf(group);
  return rewards.length === 0 ? null : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/** How the group's advantages follow from its rewards, less the KL penalties in them. */
export const groupRule = ({ completions }: GroupView): AdvantageRule =>
  ruleOf(completions.map(({ reward, penalty = 0, advantage }) => ({ reward: reward - penalty, advantage })));

/** Index of the group whose rewards have the largest variance, the first of equals; 0 if there is no group. */
export function widestGroup(groups: readonly GroupView[]): number {
  const variances = groups.map((group) => {
    const mean = meanReward(group) ?? 0;
    const rewards = rewardsOf(group);
    return rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / Math.max(1, rewards.length);
  });
  return Math.max(0, variances.indexOf(Math.max(...variances)));
}
