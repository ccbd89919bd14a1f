/** @file Online pairs for preference losses: the best and the worst completion of each group. */
import type { Random } from '../../lib/random.ts';
import type { Setting } from '../words/setting.ts';
import { rowsOfGroups, type Sampling } from './sampling.ts';
import type { Group, Row } from '../trajectory/groups.ts';

/** Whether labels are drawn as Bradley and Terry assume, instead of following the rewards. */
export const sampledLabels: Setting = {
  id: 'bradley_terry_labels',
  default: 0,
  min: 0,
  max: 1,
  summary:
    'At 1 the completion of reward r is chosen over that of r′ with probability σ(r − r′), as DPO assumes of its labels; at 0 the better one always is.',
};

/** Whether the better of two, with this difference of rewards, is labelled as chosen. */
type Label = (difference: number) => boolean;

const byReward: Label = () => true;

/** The Bradley-Terry model: with probability 1 / (1 + exp(-difference)). */
const drawn =
  (stream: Random): Label =>
  (difference) =>
    stream.uniform() < 1 / (1 + Math.exp(-difference));

/**
 * Places of a group's completions of highest and of lowest reward, the chosen one first, counted from `first`. Where
 * all known rewards are equal there is no pair, unless labels are drawn: then either may be chosen.
 */
function pairOf(rows: readonly Row[], first: number, label: Label): readonly number[] {
  const places = [...rows.keys()].filter((i) => rows[i]?.used);
  const rewardOf = (i: number): number => rows[i]?.reward ?? NaN;
  const sorted = places.toSorted((a, b) => rewardOf(b) - rewardOf(a));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  if (best === undefined || worst === undefined || best === worst) return [];
  const difference = rewardOf(best) - rewardOf(worst);
  if (difference === 0 && label === byReward) return [];
  const pair = [first + best, first + worst];
  return label(difference) ? pair : pair.toReversed();
}

/** The rows of pairs, chosen before rejected, then all others, which are unused. */
function paired(
  groups: readonly Group[],
  rows: readonly Row[],
  label: Label,
): { readonly rows: Row[]; readonly order: number[] } {
  let first = 0;
  const pairs = groups.flatMap(({ completions }) => {
    const pair = pairOf(rows.slice(first, first + completions.length), first, label);
    first += completions.length;
    return pair;
  });
  const inPair = new Set(pairs);
  const rest = [...rows.keys()].filter((row) => !inPair.has(row));
  return { rows: rows.map((row, i) => (inPair.has(i) ? row : { ...row, used: false })), order: [...pairs, ...rest] };
}

export const bestAndWorst: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  const isDrawn = (tools.settings[sampledLabels.id] ?? 0) > 0.5;
  const label = isDrawn ? drawn(tools.random('labels', tools.step)) : byReward;
  const { rows, order } = paired(groups, rowsOfGroups(groups, tools), label);
  return { groups, dropped: [], rows, order };
};
