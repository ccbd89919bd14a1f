/** @file The steps of a run that are timed. */

/** The first of a run, in which most groups still have both right and wrong completions. */
export const STEPS = { first: 3, count: 7 } as const;
