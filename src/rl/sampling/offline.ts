/**
 * @file Offline rollouts: every step takes groups from a fixed store, which the base sampled before step 0 or a file
 * holds.
 */
import { assert } from '../../lib/assert.ts';
import type { Setting } from '../words/setting.ts';
import type { Sampling, SamplingTools } from './sampling.ts';
import type { Group } from '../trajectory/groups.ts';

export const offlinePrompts: Setting = {
  id: 'offline_prompts',
  loop: true,
  default: 128,
  min: 1,
  max: 4096,
  summary:
    'Prompts of the store, each with a group of completions that the base writes before step 0; a store from a file has its own.',
};

export const offlineTemperature: Setting = {
  id: 'offline_temperature',
  loop: true,
  default: 1,
  min: 0.1,
  max: 10,
  summary: 'Temperature at which the base writes the store: above 1 it also holds what the base rarely writes.',
};

export const offlineRightShare: Setting = {
  id: 'offline_right_share',
  loop: true,
  default: 0,
  min: 0,
  max: 1,
  summary:
    'Share of right completions in the store that the base writes: a quarter of its groups are kept, chosen so; 0 keeps all of them.',
};

/** The base writes so many times the groups that a store with a given share of right completions keeps. */
const WRITTEN_PER_KEPT = 4;

/**
 * A quarter of the groups, the first ones with which the number of right completions stays within 1 of `share` of all;
 * all groups at share 0. UsageError if too few fit.
 */
export function withRightShare(groups: readonly Group[], share: number): readonly Group[] {
  if (share === 0) return groups;
  const wanted = Math.ceil(groups.length / WRITTEN_PER_KEPT);
  const kept: Group[] = [];
  let [right, size] = [0, 0];
  for (const group of groups) {
    if (kept.length === wanted) break;
    const more = group.completions.filter(({ verdict }) => verdict.correct).length;
    if (Math.abs(right + more - share * (size + group.completions.length)) > 1) continue;
    right += more;
    size += group.completions.length;
    kept.push(group);
  }
  assert(
    kept.length === wanted,
    `${offlineRightShare.id}: of ${groups.length} groups only ${kept.length} can be kept with ${100 * share} % right, and ${wanted} are needed`,
  );
  return kept;
}

/**
 * The store's groups in turn, each once per epoch, in a new order every epoch. Each further attempt has its own
 * sequence.
 */
async function inTurn(
  { stored, random, step, promptsPerStep }: SamplingTools,
  count: number,
  attempt: number,
): Promise<Group[]> {
  const store = await stored();
  const key = attempt === 0 ? [] : ['attempt', attempt];
  const orders = new Map<number, Group[]>();
  return Array.from({ length: count }, (_, i) => {
    const place = step * promptsPerStep + i;
    const epoch = Math.floor(place / store.length);
    const order = orders.get(epoch) ?? random('store', epoch, ...key).shuffle(store);
    orders.set(epoch, order);
    return order[place % store.length] as Group;
  });
}

/** The sampling with groups from the store instead of the policy. */
export const offline =
  (sampling: Sampling): Sampling =>
  (tools) =>
    sampling({ ...tools, groups: (count, attempt) => inTurn(tools, count, attempt) });
