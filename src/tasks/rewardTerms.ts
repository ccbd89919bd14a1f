/** @file Reward terms shared by tasks. */
import { assert } from '../lib/assert.ts';
import type { Example, RewardTerm } from './task.ts';

export const answerTerm: RewardTerm = {
  id: 'answer',
  label: 'Right answer',
  summary: '1 when the verifier accepts the answer, else 0.',
  defaultWeight: 1,
  score: ({ correct, score = Number(correct) }) => score,
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

/** Unused share of the longest possible completion, 0 to 1. */
export function lengthTerm(longest: (difficulty: number) => number): RewardTerm {
  return {
    id: 'length',
    label: 'Brevity',
    summary: '1 for nothing written, falling to 0 at the longest completion the task can need; right or wrong.',
    defaultWeight: 0,
    score: (_verdict, completion, { difficulty }) => Math.max(0, 1 - completion.length / longest(difficulty)),
  };
}

/** Share of right intermediate steps, 0 to 1, whatever the answer; `summary` says which steps count. */
export function stepsTerm(summary: string, share: (completion: string, example: Example) => number): RewardTerm {
  return {
    id: 'steps',
    label: 'Partial credit',
    summary,
    defaultWeight: 0,
    score: (_verdict, completion, example) => share(completion, example),
  };
}

/** Share of the places at which two lists agree, 0 to 1; surplus entries of either count as wrong. */
export function agreement(written: ArrayLike<string>, expected: ArrayLike<string>): number {
  const longest = Math.max(written.length, expected.length);
  let same = 0;
  for (let i = 0; i < expected.length; i++) same += Number(written[i] === expected[i]);
  return longest === 0 ? 0 : same / longest;
}

/** The environment's rewards added up: the reward of a task that is answered in several turns. */
export const turnsTerm: RewardTerm = {
  id: 'turns',
  label: 'Rewards of the turns',
  summary: 'The rewards that the environment paid, turn by turn, added up.',
  defaultWeight: 1,
  score: (_verdict, _completion, _example, turnRewards = []) => turnRewards.reduce((sum, reward) => sum + reward, 0),
};

/** The score of a term that gives it at once. UsageError that names a term which does not. */
export function scoreNow(term: RewardTerm, ...completion: Parameters<RewardTerm['score']>): number {
  assert(term.model === undefined, `reward term ${term.id}: its score is given by the model ${term.model}`);
  const score = term.score(...completion);
  assert(typeof score === 'number', `reward term ${term.id}: its score is not known at once`);
  return score;
}
