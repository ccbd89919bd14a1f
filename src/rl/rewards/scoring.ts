/** @file The scores of all terms on a step's completions: the task's in this thread, those of the user in a sandbox. */
import { assert } from '../../lib/assert.ts';
import type { Example, RewardTerm, Task, Verdict } from '../../tasks/task.ts';
import type { OwnTerm, ShapedTerm } from './composition.ts';
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
}

/** Scores of the learned reward in a slot, one per completion. */
export type LearnedReward = (slot: string, completions: readonly JudgedCompletion[]) => Promise<readonly number[]>;

/** Thrown where a term of the user fails and the run is to stop; the message names term, line and completion. */
export class RewardTermError extends Error {
  override readonly name = 'RewardTermError';
}

export interface TermScores {
  /** By term id, one a completion; NaN where a term of the user gave none. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
  /** Completions for which a term of the user failed, by term id; absent where none did. */
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

/** The scores of a term of the user. RewardTermError at the first failure where the term says so. */
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

/** The scores of a term of the task, in the order of the completions. UsageError where its model is not there. */
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
  // Without a promise among them nothing waits.
  return scores.every((score) => typeof score === 'number') ? scores : Promise.all(scores);
}

/**
 * Scores every completion by every term; only terms of the user run in `sandbox`, and terms with a model are scored by
 * `learned`.
 */
export async function scoreTerms(
  task: Task,
  terms: readonly ShapedTerm[],
  completions: readonly JudgedCompletion[],
  step: number,
  sandbox: RewardSandbox,
  learned?: LearnedReward,
): Promise<TermScores> {
  const scores: Record<string, readonly number[]> = {};
  const failures: Record<string, { count: number; first: RewardFailure }> = {};
  const inputs = completions.map((completion) => rewardInput(completion, step));
  for (const { id, own, shared } of terms) {
    if (shared) {
      scores[id] = completions.map(({ tokens }) => shared(tokens));
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
