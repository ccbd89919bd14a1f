/** @file The slots in which a stage keeps the policy at the end of earlier stages, for references. */
import type { TrainConfig } from '../config/config.ts';

export interface HeldSlots {
  readonly slots: readonly string[];
  /** The slot that the stage refers to; the base if absent. */
  readonly reference?: string;
}

export const nothingHeld: HeldSlots = { slots: [] };

/** The slot of the policy at the end of stage `stage`, from 1. */
export const endSlot = (stage: number): string => `stage-${stage}`;

/** The slots of stage `index`, from 0: ends of earlier stages that it refers to, or a later stage refers to or begins with. */
export function heldSlots({ stages = [] }: TrainConfig, index: number): HeldSlots {
  const references = stages.slice(index).map(({ reference = 0 }) => reference);
  const starts = stages.slice(index + 1).map(({ start = 0 }) => start);
  const needed = [...new Set([...references, ...starts])]
    .filter((stage) => stage > 0 && stage <= index)
    .toSorted((a, b) => a - b);
  const own = references[0] ?? 0;
  return { slots: needed.map(endSlot), ...(own > 0 ? { reference: endSlot(own) } : {}) };
}
