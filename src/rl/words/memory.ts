/** @file State that a step passes to the next, as named numbers. */

/** State of controllers, baselines and prompt samplers by name; saved with a run. */
export type Memory = Readonly<Record<string, number>>;
