/** @file Capacities of a run in tokens. */

/** Longest prompt and completion in tokens. */
export interface Lengths {
  readonly promptLength: number;
  readonly completionLength: number;
}
