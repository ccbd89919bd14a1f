/**
 * @file Names of slots. A slot is one set of parameters over the frozen weights, with the state of its optimizer; a
 * learner samples, reads and trains the slot that it is given by name.
 */

/** The slot that a run trains. */
export const policySlot = 'policy';

/** The slot without a set: the frozen weights alone. */
export const baseSlot = 'base';

/** A snapshot of the policy's slot, taken before the first update of a step. */
export const beforeSlot = 'before';
