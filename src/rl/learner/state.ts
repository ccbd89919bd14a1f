/** @file The state of slots as plain data, for snapshots, kept runs and files; forks and merges. */
import { assert } from '../../lib/assert.ts';
import { z } from '../../lib/zod.ts';
import { policySlot } from '../words/slots.ts';

/** Everything that an update of a slot changes. */
export interface SlotState {
  /** Flat [size], in the layout of the slot's parameter set. */
  readonly parameters: Float32Array;
  /** The optimizer's vectors [size] by name. */
  readonly optimizer: Readonly<Record<string, Float32Array>>;
  /** Number of updates so far. */
  readonly updates: number;
}

/** States by slot. */
export type LearnerState = Readonly<Record<string, SlotState>>;

const vector = z.instanceof(Float32Array).refine((data) => data.every(Number.isFinite), 'numbers that are not finite');
const updates = z.number().int().min(0);
/** Restricted, so that a name is neither a path nor a property of Object.prototype. */
const name = z.string().regex(/^[a-z][A-Za-z0-9-]{0,39}$/, 'a name of letters, digits and dashes');

const slotSchema = z.strictObject({ parameters: vector, optimizer: z.record(name, vector), updates });
/** Before slots, a state had the vectors of one adapter and Adam. */
const earlierVectors = ['adapter', 'firstMoment', 'secondMoment'] as const;
const earlierSchema = z.strictObject({ adapter: vector, firstMoment: vector, secondMoment: vector, updates });

/** The state of every slot; the format before slots is read as the slot of the policy. */
export const learnerStateSchema = z.preprocess(
  (value) => {
    const { success, data } = earlierSchema.safeParse(value);
    if (!success) return value;
    const { adapter: parameters, updates: done, ...optimizer } = data;
    return { [policySlot]: { parameters, optimizer, updates: done } };
  },
  z.record(name, slotSchema),
);

export const mapSlots = <A, B>(slots: Readonly<Record<string, A>>, map: (slot: A, name: string) => B) =>
  Object.fromEntries(Object.entries(slots).map(([slot, value]) => [slot, map(value, slot)]));

const mapVectors = (vectors: SlotState['optimizer'], map: (data: Float32Array) => Float32Array) =>
  mapSlots(vectors, map);

/** A deep copy, which later updates do not change. */
export const copyOfState = (state: LearnerState): LearnerState =>
  mapSlots(state, ({ parameters, optimizer, updates: done }) => ({
    parameters: parameters.slice(),
    optimizer: mapVectors(optimizer, (data) => data.slice()),
    updates: done,
  }));

/** The state with slot `as` set to a copy of `from`, with its optimizer. */
export const forked = (state: LearnerState, from: string, as: string): LearnerState => {
  assert(state[from], `slot: there is no ${from}`);
  return { ...state, ...copyOfState({ [as]: state[from] }) };
};

/**
 * The state with the slot `as` at sum_i share_i * parameters_i and optimizer vectors at 0. UsageError for slots of
 * different sizes.
 */
export function merged(state: LearnerState, shares: Readonly<Record<string, number>>, as: string): LearnerState {
  const parts = Object.entries(shares).map(([slot, share]) => {
    assert(state[slot], `slot: there is no ${slot}`);
    return { ...state[slot], share };
  });
  const [first] = parts;
  assert(first, 'merged: no slot is named');
  const size = first.parameters.length;
  for (const { parameters } of parts)
    assert(parameters.length === size, `merged: slots of ${size} and ${parameters.length} numbers`);
  const parameters = new Float32Array(size);
  for (const part of parts)
    for (let i = 0; i < size; i++) parameters[i]! += part.share * (part.parameters[i] as number);
  const optimizer = mapVectors(first.optimizer, () => new Float32Array(size));
  return { ...state, [as]: { parameters, optimizer, updates: 0 } };
}

/** The vectors of a state by path, such as `policy.parameters` and `policy.optimizer.firstMoment`. */
export const vectorsOf = (state: LearnerState): Map<string, Float32Array> =>
  new Map(
    Object.entries(state).flatMap(([slot, { parameters, optimizer }]) => [
      [`${slot}.parameters`, parameters] as const,
      ...Object.entries(optimizer).map(([vectorName, data]) => [`${slot}.optimizer.${vectorName}`, data] as const),
    ]),
  );

const earlierBareSchema = z.strictObject({ updates });

/** A state without vectors, also in the format before slots. */
export const bareStateSchema = earlierBareSchema.or(
  z.record(name, z.strictObject({ updates, optimizer: z.array(name).max(8) })),
);

/** The state without vectors, as JSON; a file stores the vectors by path. */
export const bareState = (state: LearnerState): z.infer<typeof bareStateSchema> =>
  mapSlots(state, (slot) => ({ updates: slot.updates, optimizer: Object.keys(slot.optimizer) }));

/** A bare state with its vectors, unchecked: validate with `learnerStateSchema`. `get` returns the vector at a path. */
export function withVectors(bare: z.infer<typeof bareStateSchema>, get: (path: string) => unknown): unknown {
  const earlier = earlierBareSchema.safeParse(bare);
  if (earlier.success)
    return { ...earlier.data, ...Object.fromEntries(earlierVectors.map((path) => [path, get(path)])) };
  return mapSlots(bare as Exclude<typeof bare, { updates: number }>, ({ updates: done, optimizer }, slot) => ({
    parameters: get(`${slot}.parameters`),
    optimizer: Object.fromEntries(optimizer.map((vectorName) => [vectorName, get(`${slot}.optimizer.${vectorName}`)])),
    updates: done,
  }));
}

/** UsageError, naming slot and vector, if the state does not fit slots of these sizes. */
export function checkState(state: LearnerState, slots: SlotSizes): void {
  for (const [slot, { parameters, optimizer }] of Object.entries(state)) {
    const known = Object.hasOwn(slots, slot) ? slots[slot] : undefined;
    assert(known, `slot: there is no ${slot}, only ${Object.keys(slots).join(', ')}`);
    const { size, vectors } = known;
    assert(
      Object.keys(optimizer).toSorted().join() === vectors.toSorted().join(),
      `${slot}.optimizer: the vectors ${vectors.join(', ')} are needed, not ${Object.keys(optimizer).join(', ') || 'none'}`,
    );
    for (const [path, data] of vectorsOf({ [slot]: { parameters, optimizer, updates: 0 } }))
      assert(data.length === size, `${path}: ${size} numbers are needed, not ${data.length}`);
  }
}

/** Size and vectors that the state of each slot must have. */
export type SlotSizes = Readonly<Record<string, { readonly size: number; readonly vectors: readonly string[] }>>;
