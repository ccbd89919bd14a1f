/** @file The data of the river panel; the trainer's reports fit it without conversion. */
import type { RiverNodeView } from './tree.ts';

export interface RiverView {
  readonly prompt: string;
  readonly answer: string | null;
  /** Steps committed when it was read. */
  readonly step: number;
  /** The first probability of each node is that before the step, the second that after it. */
  readonly hasBefore: boolean;
  readonly nodes: readonly RiverNodeView[];
}

/** A completion of the group that trained the step. */
export interface TravellerView {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly tokens: readonly string[];
  readonly reward: number;
  readonly advantage: number;
  readonly tokenAdvantages: readonly number[];
  readonly correct: boolean;
  readonly terminated: boolean;
}

/** One update of the run: the river before and after it, and a group of its completions. */
export interface UpdateView {
  /** From 1. */
  readonly step: number;
  readonly river: RiverView;
  /** The step was trained by itself, so it is shown at once. */
  readonly isSingle: boolean;
  readonly completions: readonly TravellerView[];
  /** Place of the group in its step, from 1, and the number of groups. */
  readonly group: number;
  readonly groups: number;
  /** Whether other groups trained in the same step. */
  readonly hasOthers: boolean;
  /** Rewards of all sizes instead of right and wrong. */
  readonly isGraded: boolean;
  /** Name of the algorithm. */
  readonly algorithm: string;
  /** False where pairs are compared without advantages. */
  readonly hasAdvantages: boolean;
}

export const phases = ['sample', 'reward', 'advantage', 'push', 'shift'] as const;
export type Phase = (typeof phases)[number];
