/** @file A learner with renamed slots, so that a step trains another slot without a copy. */
import { policySlot } from '../words/slots.ts';
import type { Learner } from './learner.ts';
import type { LearnerState } from './state.ts';

/**
 * The learner with other slot names: `names` maps each new name to a slot; other slots keep theirs. With { policy: 'b',
 * b: 'policy' } a step trains the slot b, and the run's policy becomes b.
 */
export function renamed(learner: Learner, names: Readonly<Record<string, string>>): Learner {
  const own = (slot: string): string => names[slot] ?? slot;
  const outer = (slot: string): string => Object.entries(names).find(([, of]) => of === slot)?.[0] ?? slot;
  const byName = <T>(slots: Readonly<Record<string, T>>, name: (slot: string) => string) =>
    Object.fromEntries(Object.entries(slots).map(([slot, value]) => [name(slot), value]));
  return {
    info: { ...learner.info, slots: byName(learner.info.slots, outer) },
    lost: learner.lost,
    sample: (batch) => learner.sample({ ...batch, slot: own(batch.slot) }),
    read: (batch, slot, whole) => learner.read(batch, own(slot), whole),
    likeliest: (query) => learner.likeliest({ ...query, slots: query.slots.map(own) }),
    values: (batch, slot = policySlot) => learner.values(batch, own(slot)),
    score: (batch) => learner.score(batch),
    gradient: (batch, slot = policySlot) => learner.gradient(batch, own(slot)),
    update: (rates, slot = policySlot) => learner.update(rates, own(slot)),
    snapshot: (slot, as) => learner.snapshot(own(slot), own(as)),
    has: (slot) => learner.has(own(slot)),
    state: async (): Promise<LearnerState> => byName(await learner.state(), outer),
    restore: (state) => learner.restore(byName(state, own)),
    statistics: () => learner.statistics(),
    dispose: () => learner.dispose(),
  };
}
