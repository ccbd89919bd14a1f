/** @file Numbers that one step leaves for the next. */

/** Numbers that are carried from step to step and saved with a run, by name. */
export type Memory = Readonly<Record<string, number>>;
