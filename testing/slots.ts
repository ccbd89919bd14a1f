/** @file The policy's slot in specs and states, for tests. */
import { present } from '../src/lib/assert.ts';
import type { LoraConfig } from '../src/policy/loraConfig.ts';
import type { LearnerSpec } from '../src/rl/learner/learner.ts';
import type { LearnerState, SlotState } from '../src/rl/learner/state.ts';
import { policySlot } from '../src/rl/words/slots.ts';

/** One adapter, trained by the paper of that id. */
export const loraSlots = (lora: LoraConfig, id: string): LearnerSpec['slots'] => ({
  [policySlot]: { set: { kind: 'lora', lora }, algorithm: { id } },
});

export const policyOf = (state: LearnerState): SlotState => present(state[policySlot], policySlot);

/** The state of one adapter and Adam. */
export const adamState = (
  parameters: Float32Array,
  firstMoment: Float32Array,
  secondMoment: Float32Array,
  updates: number,
): LearnerState => ({ [policySlot]: { parameters, optimizer: { firstMoment, secondMoment }, updates } });

/** The same with other parameters. */
export const movedPolicy = (state: LearnerState, move: (x: number, i: number) => number): LearnerState => ({
  ...state,
  [policySlot]: { ...policyOf(state), parameters: policyOf(state).parameters.map(move) },
});
