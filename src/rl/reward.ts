/** @file Rewards: the weighted sum of a task's named terms. */
import { random } from '../lib/random.ts';
import type { Task, Verdict } from '../tasks/task.ts';
import type { Rollout } from './rollout/rollout.ts';

export interface Judged {
  readonly verdict: Verdict;
  readonly reward: number;
  /** Unweighted score of each term by id. */
  readonly terms: Readonly<Record<string, number>>;
}

/** Judges one completion; a completion without its end token is judged as it stands. */
export function judge(task: Task, weights: Readonly<Record<string, number>>, { example, text, terminated }: Rollout): Judged {
  const read = task.verify(example, text);
  // What ran into the length limit never said that it was done, so it is not an answer.
  const verdict = terminated ? read : { ...read, correct: false, wellFormed: false };
  const terms = Object.fromEntries(task.rewardTerms.map((term) => [term.id, term.score(verdict, text, example)]));
  const reward = task.rewardTerms.reduce((sum, term) => sum + (weights[term.id] ?? term.defaultWeight) * (terms[term.id] ?? 0), 0);
  return { verdict, reward, terms };
}

/** The control arm: the same rewards in another order, fixed by the key, so that they mean nothing. */
export function shuffledRewards(rewards: Float32Array, key: readonly (string | number)[]): Float32Array {
  return Float32Array.from(random(...key).shuffle(Array.from(rewards)));
}
