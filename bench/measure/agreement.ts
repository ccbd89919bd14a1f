/** @file Whether an engine computes the same numbers as Rollout on Node; one that does not is not timed. */
import type { Answers } from '../engines/engine.ts';

/** Largest allowed differences. */
export const limits = {
  /** Of the loss, absolute. */
  loss: 1e-6,
  /** Of the gradient, relative to its largest entry. */
  gradient: 3e-5,
  /** Of the adapter's change by one update, relative to the largest; dividing by the spread enlarges differences. */
  updated: 3e-4,
  /** Share of tokens that differ. */
  greedy: 0,
  sampled: 0,
  /** A whole step: share of tokens and of rewards that differ, and the change of the adapter relative to its largest. */
  stepTokens: 0,
  stepRewards: 0,
  stepParameters: 1e-3,
} as const;

export type Differences = Readonly<Partial<Record<keyof typeof limits, number>>>;

const largest = (xs: readonly number[]): number => xs.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** max |a - b| / max |a|; infinite for arrays of different lengths or numbers that are not finite. */
export function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  const apart = largest(a.map((x, i) => x - (b[i] as number)));
  return Number.isFinite(apart) ? apart / (largest(a) || 1) : Infinity;
}

/** Share of the entries that differ. */
export const mismatches = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? a.filter((x, i) => x !== b[i]).length / a.length : 1;

type Compare = (a: readonly number[], b: readonly number[]) => number;
const between = (compare: Compare, a?: readonly number[], b?: readonly number[]): number | undefined =>
  a && b ? compare(a, b) : undefined;

/**
 * The differences of an engine from the reference; a part that either lacks is left out. `before` are the adapter's
 * parameters before the update and before the step, so that changes are compared and not the parameters themselves.
 */
export function differences(
  reference: Answers,
  engine: Answers,
  before: { readonly state: ArrayLike<number>; readonly step: ArrayLike<number> },
): Differences {
  const moved = (after: readonly number[] | undefined, from: ArrayLike<number>) =>
    after?.map((x, i) => x - (from[i] as number));
  const found = {
    loss: between(
      ([a = NaN], [b = NaN]) => Math.abs(a - b),
      reference.loss === undefined ? undefined : [reference.loss],
      engine.loss === undefined ? undefined : [engine.loss],
    ),
    gradient: between(distance, reference.gradient, engine.gradient),
    updated: between(distance, moved(reference.updated, before.state), moved(engine.updated, before.state)),
    greedy: between(mismatches, reference.greedy, engine.greedy),
    sampled: between(mismatches, reference.sampled, engine.sampled),
    stepTokens: between(mismatches, reference.step?.tokens, engine.step?.tokens),
    stepRewards: between(mismatches, reference.step?.rewards, engine.step?.rewards),
    stepParameters: between(
      distance,
      moved(reference.step?.parameters, before.step),
      moved(engine.step?.parameters, before.step),
    ),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** Names of the differences that are too large; NaN is. */
export const disagreements = (found: Differences): (keyof typeof limits)[] =>
  (Object.keys(found) as (keyof typeof limits)[]).filter((name) => !((found[name] as number) <= limits[name]));
