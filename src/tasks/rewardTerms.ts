/** @file The reward terms that tasks share. */
import type { Example, RewardTerm } from './task.ts';

export const answerTerm: RewardTerm = {
  id: 'answer',
  label: 'Right answer',
  summary: '1 when the verifier accepts the answer, else 0.',
  defaultWeight: 1,
  score: (verdict) => Number(verdict.correct),
};

/** 1 for a completion that follows the task's grammar from end to end, right or wrong. */
export function formatTerm(defaultWeight: number): RewardTerm {
  return {
    id: 'format',
    label: 'Right form',
    summary: '1 when the completion is written as the task asks, right or wrong, else 0.',
    defaultWeight,
    score: (verdict) => Number(verdict.wellFormed),
  };
}

/** How much of the longest possible completion is left unused, 0 to 1. */
export function lengthTerm(longest: (difficulty: number) => number): RewardTerm {
  return {
    id: 'length',
    label: 'Brevity',
    summary: '1 for nothing written, falling to 0 at the longest completion the task can need; right or wrong.',
    defaultWeight: 0,
    score: (_verdict, completion, { difficulty }) => Math.max(0, 1 - completion.length / longest(difficulty)),
  };
}

/** How much of the way to the answer is right, 0 to 1, whatever the answer; `summary` says what counts. */
export function stepsTerm(summary: string, share: (completion: string, example: Example) => number): RewardTerm {
  return {
    id: 'steps',
    label: 'Right steps',
    summary,
    defaultWeight: 0,
    score: (_verdict, completion, example) => share(completion, example),
  };
}

/** Share of the places at which two lists agree, 0 to 1; what one has more than the other counts as wrong. */
export function agreement(written: ArrayLike<string>, expected: ArrayLike<string>): number {
  const longest = Math.max(written.length, expected.length);
  let same = 0;
  for (let i = 0; i < expected.length; i++) same += Number(written[i] === expected[i]);
  return longest === 0 ? 0 : same / longest;
}
