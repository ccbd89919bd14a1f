/** @file The reward terms that every task has. */
import type { RewardTerm } from './task.ts';

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
