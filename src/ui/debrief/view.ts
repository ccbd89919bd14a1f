/** @file The data of the debrief: the changes that a run made, held against noise by intervals. */
import type { Interval } from '../../lib/statistics.ts';
import type { AnswerView } from '../types.ts';

/** Fewer steps give no interval worth a sentence. */
export const FEWEST_STEPS = 6;

/** One quantity at the beginning and at the end of a run. */
export interface ChangeView {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
  /** 95 % interval of `after - before`; null if it could not be measured. */
  readonly change: Interval | null;
  /** By the interval: `open` if it holds 0 or is missing. */
  readonly verdict: 'rose' | 'fell' | 'open';
}

/** The share of the answers that use one method. */
export interface MethodView extends ChangeView {
  /** The policy that uses it, in words after "the policy". */
  readonly does: string;
}

/** The policy on held-out problems. */
export interface HeldOutView extends ChangeView {
  /** Steps of the later measurement. */
  readonly step: number;
}

export type NextStep =
  | {
      readonly kind: 'lesson';
      readonly id: string;
      readonly title: string;
      readonly why: 'first' | 'hacking' | 'entropy';
    }
  | { readonly kind: 'more'; readonly steps: number }
  | { readonly kind: 'preset'; readonly id: string; readonly title: string }
  | { readonly kind: 'seed'; readonly seed: number };

export interface DebriefView {
  readonly step: number;
  /** Steps at either end whose means are compared. */
  readonly window: number;
  /** Null where the run measured no held-out accuracy at both ends. */
  readonly heldOut: HeldOutView | null;
  /** The methods whose shares clearly rose and fell most, if any did. */
  readonly rose: MethodView | null;
  readonly fell: MethodView | null;
  /** Accuracy, skill at the chosen method or else length, and distance from the base: as many as were measured. */
  readonly lead: readonly ChangeView[];
  /** The sentence on when the run had learnt most of its task; null if it had not. */
  readonly target: string | null;
  readonly changes: readonly ChangeView[];
  readonly next: NextStep;
}

/** A held-out prompt answered by both policies. */
export interface PairView {
  readonly prompt: string;
  readonly answer: string | null;
  readonly base: readonly AnswerView[];
  readonly tuned: readonly AnswerView[];
}
