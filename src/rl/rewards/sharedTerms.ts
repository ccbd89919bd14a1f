/** @file Reward terms of every task; their default weight is 0. All but the repetition need no verifier. */
import { assert } from '../../lib/assert.ts';
import type { RewardTerm, Task, Verdict } from '../../tasks/task.ts';
import { membersOf } from '../words/groupIds.ts';

/** Settings of the terms below. */
export interface SharedTermSettings {
  /** Tokens of an n-gram, 1 or more. */
  readonly repetitionNgram: number;
}

/** Numbers that the policy gives the completions of a batch, one each. */
export interface PolicyScores {
  /** Mean over the written tokens of KL(U, pi) in nats, U being uniform over the vocabulary. */
  certainty(): Promise<readonly number[]>;
  /** Gain in the mean probability of the reference answer's tokens by the text before the answer, 0 to 1. */
  answerGain(): Promise<readonly number[]>;
}

/** The completions of a batch. */
export interface SharedFacts {
  readonly completions: readonly {
    /** Ids, with the end token if it was written. */
    readonly tokens: readonly number[];
    readonly verdict: Pick<Verdict, 'parsed'>;
    /** Id of the prompt's group. */
    readonly group?: number;
  }[];
  /** Absent where no policy can be asked. */
  readonly policy?: PolicyScores | undefined;
}

export interface SharedTerm extends Omit<RewardTerm, 'score' | 'model'> {
  /** One score a completion. UsageError if the term needs a policy that is absent. */
  score(facts: SharedFacts, settings: SharedTermSettings): readonly number[] | Promise<readonly number[]>;
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

/**
 * 1 for answers equal to the most frequent one of their group, else 0 (TTRL, arXiv 2504.16084); the first of equally
 * frequent ones wins. An answer that could not be read, null, has no vote and 0.
 */
export function majorityScores(answers: readonly (string | null)[], groups: readonly number[]): number[] {
  const scores = answers.map(() => 0);
  for (const rows of membersOf(groups)) {
    const votes = new Map<string, number>();
    for (const row of rows) {
      const answer = answers[row];
      if (typeof answer === 'string') votes.set(answer, (votes.get(answer) ?? 0) + 1);
    }
    const most = Math.max(0, ...votes.values());
    const winner = [...votes.keys()].find((answer) => votes.get(answer) === most);
    for (const row of rows) scores[row] = Number(winner !== undefined && answers[row] === winner);
  }
  return scores;
}

/** The scores that the policy gives by `of`. UsageError without a policy. */
function ofPolicy(id: string, { policy }: SharedFacts, of: keyof PolicyScores): Promise<readonly number[]> {
  assert(policy, `reward term ${id}: it is made of the policy's probabilities, and no policy is there to ask`);
  return policy[of]();
}

const majority: SharedTerm = {
  id: 'majority',
  label: 'Majority answer',
  defaultWeight: 0,
  summary:
    '1 for the answer that most completions of the prompt give, right or wrong (TTRL). It collapses where the majority is wrong: all answers become that one, and no disagreement is left to learn from.',
  score: ({ completions }) =>
    majorityScores(
      completions.map(({ verdict }) => verdict.parsed),
      completions.map(({ group = 0 }) => group),
    ),
};

const certainty: SharedTerm = {
  id: 'certainty',
  label: 'Self-certainty',
  defaultWeight: 0,
  summary:
    'How far the policy’s distributions along the completion are from uniform, in nats a token (Intuitor). It collapses into texts that the policy can write blindly, whatever they say: here into short guesses, and accuracy falls.',
  score: (facts) => ofPolicy('certainty', facts, 'certainty'),
};

const answerGain: SharedTerm = {
  id: 'answer_gain',
  label: 'Likelier answer',
  defaultWeight: 0,
  summary:
    'How much likelier the reference answer is after this completion’s working than without it, 0 to 1 (RLPR). It would collapse where the working names the answer instead of finding it: any text that makes the answer likely is paid.',
  score: (facts) => ofPolicy('answer_gain', facts, 'answerGain'),
};

export const repetition: SharedTerm = {
  id: 'repetition',
  label: 'No repetition',
  defaultWeight: 0,
  summary:
    'Share of the n-grams of tokens that were written before, negative: 0 where nothing repeats, towards −1 where everything does.',
  score: ({ completions }, { repetitionNgram }) =>
    completions.map(({ tokens }) => repetitionPenalty(tokens, repetitionNgram)),
};

export const sharedTerms: readonly SharedTerm[] = [majority, certainty, answerGain, repetition];

/** The terms that a form or a link can weigh: the task's, then the shared ones. */
export const termsOf = ({ rewardTerms }: Pick<Task, 'rewardTerms'>): readonly Omit<RewardTerm, 'score'>[] => [
  ...rewardTerms,
  ...sharedTerms,
];
