/**
 * @file Offline rollouts: every step takes groups from a fixed store, which the base sampled before step 0 or a file
 * holds.
 */
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
