/** @file Scores of all terms on a step's completions: the task's in this thread, the user's in a sandbox. */
import { assert } from '../../lib/assert.ts';
import type { Example, RewardTerm, Task, Verdict } from '../../tasks/task.ts';
import type { OwnTerm, ShapedTerm } from './composition.ts';
import type { PolicyScores } from './sharedTerms.ts';
import {
  failureSentence,
  type RewardFailure,
  type RewardInput,
  type RewardSandbox,
} from '../sandbox/rewardFunction.ts';

/** A completion with the verifier's verdict. */
export interface JudgedCompletion {
  readonly example: Example;
  readonly text: string;
  readonly verdict: Verdict;
  /** Ids of the tokens that the policy wrote, end tokens included. */
  readonly tokens: readonly number[];
  /** The environment's reward of each turn; absent or empty without an environment. */
  readonly turnRewards?: readonly number[];
  /** Id of the prompt's group, for terms that compare completions. */
  readonly group?: number;
}

/** Scores of the reward model in `slot`, one per completion. */
export type LearnedReward = (slot: string, completions: readonly JudgedCompletion[]) => Promise<readonly number[]>;

/** Thrown if a user's term with `onFailure: 'stop'` fails; the message names term, line and completion. */
export class RewardTermError extends Error {
  override readonly name = 'RewardTermError';
}

export interface TermScores {
  /** By term id, [B] each; NaN if a user's term gave none. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
  /** Completions for which a user's term failed, by term id; absent without failures. */
  readonly failures: Readonly<Record<string, { readonly count: number; readonly first: RewardFailure }>>;
}

/** The input of a reward function for a completion. */
export const rewardInput = ({ example, text, verdict, tokens }: JudgedCompletion, step: number): RewardInput => ({
  prompt: example.prompt,
  completion: text,
  answer: example.answer,
  correct: verdict.correct,
  wellFormed: verdict.wellFormed,
  method: verdict.method,
  length: tokens.length,
  step,
});

interface OwnScores {
  readonly scores: readonly number[];
  readonly failed: readonly RewardFailure[];
}

/** Scores of a user's term. RewardTermError at the first failure with `onFailure: 'stop'`. */
async function ownScores(
  id: string,
  { code, onFailure }: OwnTerm,
  inputs: readonly RewardInput[],
  sandbox: RewardSandbox,
): Promise<OwnScores> {
  const outcomes = await sandbox.score(code, inputs);
  assert(
    outcomes.length === inputs.length,
    `reward term "${id}": ${outcomes.length} outcomes for ${inputs.length} completions`,
  );
  const failed = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
  const row = outcomes.findIndex((outcome) => 'failure' in outcome);
  const [first] = failed;
  if (first && onFailure === 'stop') {
    throw new RewardTermError(
      `reward term ${id}, ${failureSentence(first)} (completion ${JSON.stringify(inputs[row]?.completion)} of ${inputs[row]?.prompt})`,
    );
  }
  return { scores: outcomes.map((outcome) => ('reward' in outcome ? outcome.reward : Number.NaN)), failed };
}

/** Scores of a task's term, one per completion. UsageError if the run has no model for it. */
async function taskScores(
  term: RewardTerm,
  completions: readonly JudgedCompletion[],
  learned?: LearnedReward,
): Promise<readonly number[]> {
  if (term.model !== undefined) {
    assert(learned, `reward term ${term.id}: this run has no slot "${term.model}"`);
    return learned(term.model, completions);
  }
  const scores = completions.map(({ verdict, text, example, turnRewards }) =>
    term.score(verdict, text, example, turnRewards),
  );
  // Promise.all only if a score is a promise, so that plain scores need no turn of the event loop.
  return scores.every((score) => typeof score === 'number') ? scores : Promise.all(scores);
}

/** Scores every completion by every term: the user's terms run in `sandbox`, terms with a model in `learned`, terms made of the policy's probabilities in `policy`. */
export async function scoreTerms(
  task: Task,
  terms: readonly ShapedTerm[],
  completions: readonly JudgedCompletion[],
  step: number,
  sandbox: RewardSandbox,
  learned?: LearnedReward,
  policy?: PolicyScores,
): Promise<TermScores> {
  const scores: Record<string, readonly number[]> = {};
  const failures: Record<string, { count: number; first: RewardFailure }> = {};
  const inputs = completions.map((completion) => rewardInput(completion, step));
  for (const { id, own, shared } of terms) {
    if (shared) {
      scores[id] = await shared({ completions, policy });
    } else if (own) {
      const {
        scores: given,
        failed: [first, ...others],
      } = await ownScores(id, own, inputs, sandbox);
      scores[id] = given;
      if (first) failures[id] = { count: 1 + others.length, first };
    } else {
      const term = task.rewardTerms.find((candidate) => candidate.id === id);
      assert(
        term,
        `reward term: there is no "${id}"; the task ${task.id} has ${task.rewardTerms.map((known) => known.id).join(', ')}`,
      );
      scores[id] = await taskScores(term, completions, learned);
    }
  }
  return { scores, failures };
}
