/**
 * @file The reward as a weighted sum of shaped terms: R = sum over terms of w(step) * (gate(clip(score)) - centre).
 * Plain numbers.
 */
import { assert } from '../../lib/assert.ts';
import { membersOf } from '../words/groupIds.ts';
import { movedAt } from '../words/schedule.ts';
import type { Centring, ShapedTerm, TermShaping, WeightSchedule } from './composition.ts';

/** The weight at a step, counted from 0. */
export function weightAt(weight: number, schedule: WeightSchedule, step: number): number {
  return schedule.kind === 'constant' ? weight : movedAt(weight, schedule, step);
}

/** The score within the bounds of `clip`, or 0 if `onlyWhenCorrect` and wrong; NaN (no score) stays NaN. */
export function clippedAndGated(
  score: number,
  correct: boolean,
  { clip, onlyWhenCorrect }: Pick<TermShaping, 'clip' | 'onlyWhenCorrect'>,
): number {
  if (Number.isNaN(score)) return score;
  if (onlyWhenCorrect && !correct) return 0;
  return clip === null ? score : Math.min(clip[1], Math.max(clip[0], score));
}

function meanOfKnown(scores: readonly number[]): number {
  const known = scores.filter((score) => !Number.isNaN(score));
  return known.reduce((sum, score) => sum + score, 0) / Math.max(1, known.length);
}

/**
 * The scores minus their mean over each group or over all, or unchanged; `groups` [B] holds the group id of each score.
 * NaN is left out of a mean.
 */
export function centred(scores: readonly number[], centring: Centring, groups: ArrayLike<number>): readonly number[] {
  if (centring === 'none') return scores;
  const centred = [...scores];
  for (const rows of centring === 'group' ? membersOf(groups) : [[...scores.keys()]]) {
    const centre = meanOfKnown(rows.map((row) => scores[row] as number));
    for (const row of rows) centred[row] = (scores[row] as number) - centre;
  }
  return centred;
}

/** Scores of a step's completions by term id, one a completion; NaN where a term gave none. */
export interface ScoredCompletions {
  readonly scores: Readonly<Record<string, readonly number[]>>;
  readonly correct: readonly boolean[];
}

export interface ComposedRewards {
  /** One per completion, [B]; NaN if a term gave no score. */
  readonly rewards: Float32Array;
  /** The scores by term id after clip, gate and centring. */
  readonly shaped: Readonly<Record<string, readonly number[]>>;
}

/** The rewards of a step's completions with group ids `groups`, [B]. UsageError if a term has no scores or too few. */
export function composeRewards(
  terms: readonly ShapedTerm[],
  { scores, correct }: ScoredCompletions,
  groups: ArrayLike<number>,
  step: number,
): ComposedRewards {
  const sums = new Float64Array(correct.length);
  const shaped: Record<string, readonly number[]> = {};
  for (const term of terms) {
    const raw = scores[term.id];
    assert(raw, `reward term: "${term.id}" was not scored`);
    assert(
      raw.length === correct.length,
      `reward term: "${term.id}" has ${raw.length} scores for ${correct.length} completions`,
    );
    const weight = weightAt(term.weight, term.schedule, step);
    const bounded = raw.map((score, row) => clippedAndGated(score, correct[row] as boolean, term));
    const ready = centred(bounded, term.centring, groups);
    ready.forEach((score, row) => (sums[row] = (sums[row] as number) + weight * score));
    shaped[term.id] = ready;
  }
  return { rewards: Float32Array.from(sums), shaped };
}
