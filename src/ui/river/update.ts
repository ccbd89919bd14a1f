/** @file The numbers of one update on the river: completions at their tips, advantages, and the push on each token. */
import { standardDeviation } from '../../lib/statistics.ts';
import { keyOfPath } from './tree.ts';
import type { TravellerView } from './view.ts';

/** The completions of the group that are the same tokens. */
export interface Arrival {
  readonly key: string;
  readonly text: string;
  /** Their numbers in the group, from 1, in the order of sampling. */
  readonly numbers: readonly number[];
  /** Least and largest of each; they differ only where equal completions were rewarded differently. */
  readonly rewards: readonly [number, number];
  readonly advantages: readonly [number, number];
}

const range = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];

/** Arrivals by the key of their tip. */
export function arrivalsOf(completions: readonly TravellerView[]): ReadonlyMap<string, Arrival> {
  const rows = new Map<string, number[]>();
  completions.forEach(({ tokenIds }, i) => {
    const key = keyOfPath(tokenIds);
    rows.set(key, [...(rows.get(key) ?? []), i]);
  });
  return new Map(
    [...rows].map(([key, of]) => {
      const equal = of.map((i) => completions[i] as TravellerView);
      return [
        key,
        {
          key,
          text: equal[0]?.text ?? '',
          numbers: of.map((i) => i + 1),
          rewards: range(equal.map(({ reward }) => reward)),
          advantages: range(equal.map(({ advantage }) => advantage)),
        },
      ];
    }),
  );
}

/** The push on a token: the sum of the advantages that the group's completions give it, and how many went through. */
export interface Push {
  readonly net: number;
  readonly count: number;
}

/** The push on every token of the group's completions, by the key of its node. */
export function pushesOf(completions: readonly TravellerView[]): ReadonlyMap<string, Push> {
  const pushes = new Map<string, Push>();
  for (const { tokenIds, tokenAdvantages } of completions) {
    tokenIds.forEach((_, t) => {
      const key = keyOfPath(tokenIds.slice(0, t + 1));
      const { net, count } = pushes.get(key) ?? { net: 0, count: 0 };
      pushes.set(key, { net: net + (tokenAdvantages[t] ?? 0), count: count + 1 });
    });
  }
  return pushes;
}

/** The numbers of a completion that its group judges. */
type Judged = Pick<TravellerView, 'reward' | 'advantage'>;

/** Mean reward of a group; completions without a reward are left out. */
export function meanReward(completions: readonly Judged[]): number {
  const rewards = completions.map(({ reward }) => reward).filter(Number.isFinite);
  return rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
}

/** How the step's advantages follow from the rewards of the group. */
export type AdvantageRule =
  /** All are 0: the group moves nothing. */
  | { readonly kind: 'none' }
  /**
   * advantage = (reward - mean) * factor, checked on every completion; `spread` is the sample standard deviation of the
   * rewards if the factor is its inverse, else null.
   */
  | { readonly kind: 'centred'; readonly mean: number; readonly factor: number; readonly spread: number | null }
  /** By another rule. */
  | { readonly kind: 'own' };

/** Largest difference that the numbers of a report may have from the rule: they are float32 and averaged over tokens. */
const CLOSE = 1e-3;

/** The rule that the report's own advantages follow. */
export function ruleOf(completions: readonly Judged[]): AdvantageRule {
  const mean = meanReward(completions);
  if (completions.every(({ advantage }) => Math.abs(advantage) < 1e-9)) return { kind: 'none' };
  const far = completions.toSorted((a, b) => Math.abs(b.reward - mean) - Math.abs(a.reward - mean))[0];
  if (!far || Math.abs(far.reward - mean) < 1e-9) return { kind: 'own' };
  const factor = far.advantage / (far.reward - mean);
  const fits = completions.every(
    ({ reward, advantage }) => Math.abs(advantage - (reward - mean) * factor) < CLOSE * Math.max(1, Math.abs(factor)),
  );
  if (!fits || factor <= 0) return { kind: 'own' };
  const spread = standardDeviation(completions.map(({ reward }) => reward).filter(Number.isFinite), 1);
  return { kind: 'centred', mean, factor, spread: Math.abs(factor * spread - 1) < CLOSE ? spread : null };
}
