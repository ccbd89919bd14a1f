/** @file What the reward composer is given: plain shapes that the configuration fits without conversion. */
import type { NumberRange } from '../../lib/numberText.ts';

export interface ShapingView {
  readonly clip: readonly [low: number, high: number] | null;
  readonly centring: 'none' | 'group' | 'batch';
  readonly schedule:
    | { readonly kind: 'constant' }
    | { readonly kind: 'linear' | 'cosine'; readonly to: number; readonly steps: number };
  readonly onlyWhenCorrect: boolean;
}

/** One addend of the reward. */
export interface TermView {
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  /** Written by the user. */
  readonly own: boolean;
  readonly weight: number;
  readonly shaping: ShapingView;
}

/** What the numbers of a reward can be. */
export interface RewardRanges {
  readonly weight: NumberRange;
  /** Of a schedule. */
  readonly steps: NumberRange;
  /** Of a clipped score. */
  readonly bound: NumberRange;
}

export interface ExampleView {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
}

/** A completion and what a term said of it. */
export interface TrialRow {
  readonly prompt: string;
  readonly completion: string;
  readonly correct: boolean;
  /** Null where the term gave none. */
  readonly reward: number | null;
  /** Why not. */
  readonly failure: string | null;
}

export interface TrialView {
  /** Null for demonstrations, else the step whose completions they are. */
  readonly step: number | null;
  readonly rows: readonly TrialRow[];
}

/** A term in the making. */
export interface DraftView {
  readonly id: string;
  readonly code: string;
  readonly onFailure: 'stop' | 'exclude';
  /** It came by a link. */
  readonly fromLink: boolean;
  readonly trial: TrialView | null;
  readonly busy: boolean;
  /** Where the text failed. */
  readonly problem: { readonly line: number | null; readonly column: number | null; readonly message: string } | null;
  /** Why it cannot be used now, or null. */
  readonly refusal: string | null;
}
