/** @file The data shapes of the reward composer; the configuration fits them without conversion. */
import type { NumberRange } from '../../lib/numberText.ts';
import type { MoveView } from '../settings/MoveCells.tsx';

export interface ShapingView {
  readonly clip: readonly [low: number, high: number] | null;
  readonly centring: 'none' | 'group' | 'batch';
  readonly schedule: { readonly kind: 'constant' } | MoveView;
  readonly onlyWhenCorrect: boolean;
}

/** One summand of the reward. */
export interface TermView {
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  /** Written by the user. */
  readonly own: boolean;
  readonly weight: number;
  readonly shaping: ShapingView;
}

/** Allowed ranges for the numbers of a reward. */
export interface RewardRanges {
  readonly weight: NumberRange;
  /** Steps of a weight's schedule. */
  readonly steps: NumberRange;
  /** Bounds of a clipped score. */
  readonly bound: NumberRange;
}

export interface ExampleView {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
}

/** A completion and its score by a term. */
export interface TrialRow {
  readonly prompt: string;
  readonly completion: string;
  readonly correct: boolean;
  /** Null where the term failed. */
  readonly reward: number | null;
  readonly failure: string | null;
}

export interface TrialView {
  /** Null for demonstrations, else the step of the completions. */
  readonly step: number | null;
  readonly rows: readonly TrialRow[];
}

export interface DraftView {
  readonly id: string;
  readonly code: string;
  readonly onFailure: 'stop' | 'exclude';
  /** The draft came with a link. */
  readonly fromLink: boolean;
  readonly trial: TrialView | null;
  readonly busy: boolean;
  /** The error of the code, with its place. */
  readonly problem: { readonly line: number | null; readonly column: number | null; readonly message: string } | null;
  /** Why the term cannot be used now, or null. */
  readonly refusal: string | null;
}
