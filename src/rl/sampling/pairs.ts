/** @file Online pairs for preference losses: the best and the worst completion of each group. */
import { rowsOfGroups, type Sampling } from './sampling.ts';
import type { Group, Row } from '../trajectory/groups.ts';

/**
 * Places of a group's completions of highest and of lowest reward, counted from `first`; empty if all known rewards are
 * equal.
 */
function pairOf(rows: readonly Row[], first: number): readonly number[] {
  const places = [...rows.keys()].filter((i) => rows[i]?.used);
  const rewardOf = (i: number): number => rows[i]?.reward ?? NaN;
  const sorted = places.toSorted((a, b) => rewardOf(b) - rewardOf(a));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return best !== undefined && worst !== undefined && rewardOf(best) > rewardOf(worst)
    ? [first + best, first + worst]
    : [];
}

/** The rows of pairs, chosen before rejected, then all others, which are unused. */
function paired(groups: readonly Group[], rows: readonly Row[]): { readonly rows: Row[]; readonly order: number[] } {
  let first = 0;
  const pairs = groups.flatMap(({ completions }) => {
    const pair = pairOf(rows.slice(first, first + completions.length), first);
    first += completions.length;
    return pair;
  });
  const inPair = new Set(pairs);
  const rest = [...rows.keys()].filter((row) => !inPair.has(row));
  return { rows: rows.map((row, i) => (inPair.has(i) ? row : { ...row, used: false })), order: [...pairs, ...rest] };
}

export const bestAndWorst: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  const { rows, order } = paired(groups, rowsOfGroups(groups, tools));
  return { groups, dropped: [], rows, order };
};
