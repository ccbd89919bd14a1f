/** @file A rollout as plain data: a line of a store's file, and what a snapshot keeps of the steps before. */
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task, Verdict } from '../../tasks/task.ts';
import type { Lengths } from '../words/lengths.ts';
import type { Group, JudgedRollout } from '../trajectory/groups.ts';
import { verdictOf } from '../rewards/reward.ts';
import { completionText } from '../trajectory/rollout.ts';

const ids = z.array(z.number().int().min(0));
/** JSON has no NaN: null is a score that could not be given. Beyond these bounds single precision has no numbers. */
const score = z.number().min(-1e30, 'a score is −1e30 at least').max(1e30, 'a score is 1e30 at most').nullable();
const scores = z.record(z.string(), score);

export const storedRolloutSchema = z.strictObject({
  /** Steps that the policy had trained when it wrote this. */
  step: z.number().int().min(0),
  prompt: z.string().min(1),
  answer: z.string(),
  canonical: z.string(),
  difficulty: z.number(),
  prompt_ids: ids.min(1),
  completion: z.string(),
  completion_ids: ids.min(1),
  /**
   * log-probability of each completion token under the policy that wrote it, nats; a little above 0 by rounding at
   * most.
   */
  logprobs: z.array(
    z.number().max(1e-3, 'a log-probability is 0 at most').min(-1e6, 'a log-probability is −1 000 000 at least'),
  ),
  terminated: z.boolean(),
  reward: score,
  terms: scores,
  shaped_terms: scores,
  verdict: z.strictObject({
    correct: z.boolean(),
    well_formed: z.boolean(),
    method: z.string().nullable(),
    parsed: z.string().nullable(),
  }),
});

export type StoredRollout = z.infer<typeof storedRolloutSchema>;

const nullable = (values: Readonly<Record<string, number>>): Record<string, number | null> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, Number.isFinite(value) ? value : null]));
const numbers = (values: Readonly<Record<string, number | null>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, value ?? Number.NaN]));

const plain = ({ example, completions, writtenAt = 0 }: Group): StoredRollout[] =>
  completions.map(({ rollout, verdict, reward, terms, shapedTerms }) => ({
    step: writtenAt,
    ...example,
    prompt_ids: [...rollout.promptIds],
    completion: rollout.text,
    completion_ids: [...rollout.completionIds],
    logprobs: Array.from(rollout.logProbs),
    terminated: rollout.terminated,
    reward: Number.isFinite(reward) ? reward : null,
    terms: nullable(terms),
    shaped_terms: nullable(shapedTerms),
    verdict: {
      correct: verdict.correct,
      well_formed: verdict.wellFormed,
      method: verdict.method,
      parsed: verdict.parsed,
    },
  }));

/** Group by group. */
export const storedRollouts = (groups: readonly Group[]): StoredRollout[] => groups.flatMap(plain);

/** What stored rollouts must fit. */
export interface StoreSurroundings extends Lengths {
  readonly task: Task;
  readonly tokenizer: Tokenizer;
  /** Completions of a group. */
  readonly groupSize: number;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** UsageError if the task reads another problem in the prompt than the rollout states. */
function checkProblem({ prompt, answer, canonical, difficulty }: StoredRollout, task: Task): void {
  if (!task.read) return;
  const posed = task.read(prompt);
  assert(posed, `prompt: ${JSON.stringify(prompt)} is no problem of ${task.id}`);
  assert(
    posed.answer === '' || posed.answer === answer,
    `answer: ${JSON.stringify(posed.answer)} is that of ${JSON.stringify(prompt)}, not ${JSON.stringify(answer)}`,
  );
  assert(
    posed.canonical === canonical,
    `canonical: ${JSON.stringify(posed.canonical)} is that of ${JSON.stringify(prompt)}, not ${JSON.stringify(canonical)}`,
  );
  assert(
    posed.difficulty === difficulty,
    `difficulty: ${JSON.stringify(prompt)} is of difficulty ${posed.difficulty}, not ${difficulty}`,
  );
}

/** UsageError with the name of a field that does not fit the others, the task or the policy's tokens. */
function checkAgreement(
  stored: StoredRollout,
  verdict: Verdict,
  { task, tokenizer, promptLength, completionLength }: StoreSurroundings,
): void {
  const { prompt, prompt_ids, completion, completion_ids, logprobs, terminated } = stored;
  checkProblem(stored, task);
  assert(same(prompt_ids, tokenizer.encode(prompt)), `prompt_ids: they do not spell ${JSON.stringify(prompt)}`);
  assert(prompt_ids.length <= promptLength, `prompt_ids: ${promptLength} at most, not ${prompt_ids.length}`);
  assert(
    completion_ids.every((id) => id < tokenizer.vocabSize),
    `completion_ids: below ${tokenizer.vocabSize} are the policy’s tokens`,
  );
  assert(
    completion_ids.length <= completionLength,
    `completion_ids: ${completionLength} at most, not ${completion_ids.length}`,
  );
  assert(
    logprobs.length === completion_ids.length,
    `logprobs: ${completion_ids.length} numbers are needed, not ${logprobs.length}`,
  );
  assert(
    terminated === (completion_ids.at(-1) === tokenizer.eosId),
    'terminated: true where the last token is the end token, else false',
  );
  assert(
    completionText(tokenizer, terminated ? completion_ids.slice(0, -1) : completion_ids) === completion,
    'completion: it is not what completion_ids spell',
  );
  const { correct, wellFormed, method, parsed } = verdict;
  assert(
    same(stored.verdict, { correct, well_formed: wellFormed, method, parsed }),
    `verdict: the verifier of ${task.id} says ${JSON.stringify({ correct, well_formed: wellFormed, method, parsed })}`,
  );
}

/** Scores that are told in a file may be rounded. */
const SCORE_TOLERANCE = 1e-6;

/**
 * UsageError with the name of one of the task's terms whose score is not what the term gives; terms of the user are not
 * scored here.
 */
function checkScores(
  { terms, completion }: StoredRollout,
  verdict: Verdict,
  example: Example,
  { task }: StoreSurroundings,
): void {
  for (const { id, score: scoreOf } of task.rewardTerms) {
    if (!Object.hasOwn(terms, id)) continue;
    const [told, given] = [terms[id] ?? Number.NaN, scoreOf(verdict, completion, example)];
    assert(Math.abs(told - given) <= SCORE_TOLERANCE, `terms.${id}: the term gives ${given}, not ${told}`);
  }
}

function judgedOf(stored: StoredRollout, surroundings: StoreSurroundings): JudgedRollout {
  const {
    prompt,
    answer,
    canonical,
    difficulty,
    prompt_ids: promptIds,
    completion: text,
    completion_ids: completionIds,
    logprobs,
    terminated,
    reward,
    terms,
    shaped_terms,
  } = stored;
  const example: Example = { prompt, answer, canonical, difficulty };
  const rollout = { example, promptIds, completionIds, logProbs: Float32Array.from(logprobs), text, terminated };
  const verdict = verdictOf(surroundings.task, rollout);
  checkAgreement(stored, verdict, surroundings);
  checkScores(stored, verdict, example, surroundings);
  return { rollout, verdict, reward: reward ?? Number.NaN, terms: numbers(terms), shapedTerms: numbers(shaped_terms) };
}

/**
 * Neighbours of `groupSize` as groups of one prompt. UsageError that begins with `at(row)` and names the field that
 * does not fit.
 */
export function storedGroups(
  rollouts: readonly StoredRollout[],
  surroundings: StoreSurroundings,
  at: (row: number) => string,
): Group[] {
  const { groupSize } = surroundings;
  const judged = rollouts.map((stored, row) => {
    try {
      return judgedOf(stored, surroundings);
    } catch (cause) {
      throw cause instanceof UsageError ? new UsageError(`${at(row)}: ${cause.message}`, { cause }) : cause;
    }
  });
  return Array.from({ length: Math.ceil(judged.length / groupSize) }, (_, g): Group => {
    const completions = judged.slice(g * groupSize, (g + 1) * groupSize);
    const [first] = rollouts.slice(g * groupSize);
    const odd = completions.findIndex(
      ({ rollout }, i) => rollout.example.prompt !== first?.prompt || rollouts[g * groupSize + i]?.step !== first.step,
    );
    assert(
      odd < 0 && completions.length === groupSize,
      `${at(g * groupSize + Math.max(0, odd))}: prompt: groups of ${groupSize} completions of one prompt and step are needed`,
    );
    return { example: (completions[0] as JudgedRollout).rollout.example, completions, writtenAt: first?.step ?? 0 };
  });
}
