/** @file Reward terms of every task, computed from the completion's tokens alone; their default weight is 0. */
import { assert } from '../../lib/assert.ts';
import type { RewardTerm, Task } from '../../tasks/task.ts';

/** Settings of the terms below. */
export interface SharedTermSettings {
  /** Tokens of an n-gram, 1 or more. */
  readonly repetitionNgram: number;
}

export interface SharedTerm extends Omit<RewardTerm, 'score'> {
  /** `tokens` are the completion's ids, with the end token if it was written. */
  score(tokens: readonly number[], settings: SharedTermSettings): number;
}

/**
 * -(1 - unique n-grams / n-grams), from 0 without repetition towards -1; 0 for fewer than n tokens (arXiv 2502.03373,
 * appendix C.2; TRL's `get_repetition_penalty_reward` with max_penalty -1, which is the weight here). UsageError for n
 * below 1.
 */
export function repetitionPenalty(tokens: readonly number[], n: number): number {
  assert(Number.isInteger(n) && n >= 1, `repetition_ngram_size: 1 or more tokens, not ${n}`);
  const total = tokens.length - n + 1;
  if (total < 1) return 0;
  const unique = new Set(Array.from({ length: total }, (_, i) => tokens.slice(i, i + n).join(' '))).size;
  return unique / total - 1;
}

export const repetition: SharedTerm = {
  id: 'repetition',
  label: 'No repetition',
  defaultWeight: 0,
  summary:
    'Share of the n-grams of tokens that were written before, negative: 0 where nothing repeats, towards −1 where everything does.',
  score: (tokens, { repetitionNgram }) => repetitionPenalty(tokens, repetitionNgram),
};

export const sharedTerms: readonly SharedTerm[] = [repetition];

/** The terms that a form or a link can weigh: the task's, then the shared ones. */
export const termsOf = ({ rewardTerms }: Pick<Task, 'rewardTerms'>): readonly Omit<RewardTerm, 'score'>[] => [
  ...rewardTerms,
  ...sharedTerms,
];
