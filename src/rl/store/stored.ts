/** @file A rollout as plain data: a line of a store's file, and an entry of a snapshot's `kept`. */
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task, Verdict } from '../../tasks/task.ts';
import type { Lengths } from '../words/lengths.ts';
import type { Group, JudgedTrajectory } from '../trajectory/groups.ts';
import { verdictsOn } from '../rewards/reward.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import {
  isPlain,
  promptLengthOf,
  type Trajectory,
  transcript,
  type Turn,
  turnRewardsOf,
} from '../trajectory/trajectory.ts';

const ids = z.array(z.number().int().min(0));
/** JSON has no NaN: null is a missing score. The bounds keep scores within single precision. */
const score = z.number().min(-1e30, 'a score is −1e30 at least').max(1e30, 'a score is 1e30 at most').nullable();
const scores = z.record(z.string(), score);

const turnSchema = z.strictObject({
  start: z.number().int().min(0),
  end: z.number().int().min(1),
  reward: z.number().min(-1e30).max(1e30).optional(),
});

export const storedRolloutSchema = z.strictObject({
  /** Training steps of the policy when it wrote the rollout. */
  step: z.number().int().min(0),
  prompt: z.string().min(1),
  answer: z.string(),
  canonical: z.string(),
  difficulty: z.number(),
  prompt_ids: ids.min(1),
  completion: z.string(),
  completion_ids: ids.min(1),
  /** 1 where the policy wrote the completion token, else 0; absent for a single turn. */
  written: z.array(z.union([z.literal(0), z.literal(1)])).optional(),
  /** Turns of the policy in completion tokens, with the environment's rewards; absent for a single turn. */
  turns: z.array(turnSchema).min(1).optional(),
  /**
   * log-probability of each completion token under the policy that wrote it, nats; rounding may put it slightly above
   * 0.
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

/** A trajectory as plain data; `written` and `turns` only unless it is one plain turn. */
function plainData(trajectory: JudgedTrajectory, step: number): StoredRollout {
  const { example, ids, written, turns, verdict, reward } = trajectory;
  const first = promptLengthOf(trajectory);
  return {
    step,
    ...example,
    prompt_ids: ids.slice(0, first),
    completion: trajectory.text,
    completion_ids: ids.slice(first),
    ...(isPlain(trajectory)
      ? {}
      : {
          written: Array.from(written.subarray(first)) as (0 | 1)[],
          turns: turns.map((turn) => ({ ...turn, start: turn.start - first, end: turn.end - first })),
        }),
    logprobs: Array.from(trajectory.logProbs.subarray(first)),
    terminated: trajectory.terminated,
    reward: Number.isFinite(reward) ? reward : null,
    terms: nullable(trajectory.terms),
    shaped_terms: nullable(trajectory.shapedTerms),
    verdict: {
      correct: verdict.correct,
      well_formed: verdict.wellFormed,
      method: verdict.method,
      parsed: verdict.parsed,
    },
  };
}

/** All rollouts, group by group. */
export const storedRollouts = (groups: readonly Group[]): StoredRollout[] =>
  groups.flatMap(({ completions, writtenAt = 0 }) => completions.map((of) => plainData(of, writtenAt)));

/** The part of a run that stored rollouts must fit. */
export interface StoreSurroundings extends Lengths {
  readonly task: Task;
  readonly tokenizer: Tokenizer;
  /** Completions per group. */
  readonly groupSize: number;
  /** Runs a checker in code, whose verdicts must be the stored ones. */
  readonly sandbox: RewardSandbox;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const exampleOf = ({ prompt, answer, canonical, difficulty }: StoredRollout): Example => ({
  prompt,
  answer,
  canonical,
  difficulty,
});

/** UsageError if the task reads another problem in the prompt than the rollout states. */
function checkProblem({ prompt, answer, canonical, difficulty }: StoredRollout, task: Task): void {
  if (!task.read) return;
  const problem = task.read(prompt);
  assert(problem, `prompt: ${JSON.stringify(prompt)} is no problem of ${task.id}`);
  assert(
    problem.answer === '' || problem.answer === answer,
    `answer: ${JSON.stringify(problem.answer)} is that of ${JSON.stringify(prompt)}, not ${JSON.stringify(answer)}`,
  );
  assert(
    problem.canonical === canonical,
    `canonical: ${JSON.stringify(problem.canonical)} is that of ${JSON.stringify(prompt)}, not ${JSON.stringify(canonical)}`,
  );
  assert(
    problem.difficulty === difficulty,
    `difficulty: ${JSON.stringify(prompt)} is of difficulty ${problem.difficulty}, not ${difficulty}`,
  );
}

/** UsageError that names a field that contradicts other fields, the task or the tokenizer. */
function checkAgreement(
  stored: StoredRollout,
  verdict: Verdict,
  { task, tokenizer, promptLength, completionLength }: StoreSurroundings,
): void {
  const { prompt, prompt_ids, completion, completion_ids, terminated } = stored;
  checkProblem(stored, task);
  assert(same(prompt_ids, tokenizer.encodePrompt(prompt)), `prompt_ids: they do not spell ${JSON.stringify(prompt)}`);
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
    // An environment may end a trajectory without an end token.
    stored.turns ? true : terminated === tokenizer.endIds.includes(completion_ids.at(-1) ?? NaN),
    'terminated: true where the last token is the end token, else false',
  );
  assert(transcript(tokenizer, partsOf(stored)) === completion, 'completion: it is not what completion_ids spell');
  const { correct, wellFormed, method, parsed } = verdict;
  assert(
    same(stored.verdict, { correct, well_formed: wellFormed, method, parsed }),
    `verdict: the verifier of ${task.id} says ${JSON.stringify({ correct, well_formed: wellFormed, method, parsed })}`,
  );
}

/** UsageError that names the field if log-probabilities, mask or turns do not fit the tokens. */
function checkTurns({ completion_ids, written, turns, logprobs }: StoredRollout): void {
  assert(
    logprobs.length === completion_ids.length,
    `logprobs: ${completion_ids.length} numbers are needed, not ${logprobs.length}`,
  );
  assert((written === undefined) === (turns === undefined), 'written: it and turns come together or not at all');
  if (!written || !turns) return;
  const count = completion_ids.length;
  assert(written.length === count, `written: ${count} numbers are needed, not ${written.length}`);
  assert(turns[0]?.start === 0, 'turns: the first begins with the first completion token');
  turns.forEach(({ start, end }, t) =>
    assert(
      start < end && end <= (turns[t + 1]?.start ?? count),
      `turns.${t}: a turn ends after it starts and before the next one`,
    ),
  );
  const outside = written.findIndex((w, i) => w === 1 && !turns.some(({ start, end }) => i >= start && i < end));
  assert(outside < 0, `written.${outside}: the policy writes within its turns alone`);
  const forced = written.findIndex((w, i) => w === 0 && logprobs[i] !== 0);
  assert(forced < 0, `logprobs.${forced}: 0 where the policy did not write the token`);
}

/** Tokens, mask, log-probabilities and turns of a stored rollout. */
function partsOf({
  prompt_ids,
  completion_ids,
  written,
  turns,
  logprobs,
}: StoredRollout): Pick<Trajectory, 'ids' | 'written' | 'logProbs' | 'turns'> {
  const [first, last] = [prompt_ids.length, prompt_ids.length + completion_ids.length];
  const moved = (turns ?? [{ start: 0, end: completion_ids.length }]).map(({ start, end, reward }): Turn => ({
    start: start + first,
    end: end + first,
    ...(reward === undefined ? {} : { reward }),
  }));
  const mask = new Uint8Array(last);
  mask.set(written ?? completion_ids.map(() => 1), first);
  const logProbs = new Float32Array(last);
  logProbs.set(logprobs, first);
  return { ids: [...prompt_ids, ...completion_ids], written: mask, logProbs, turns: moved as [Turn, ...Turn[]] };
}

/** Scores in a file may be rounded. */
const SCORE_TOLERANCE = 1e-6;

/**
 * UsageError with the name of one of the task's terms that gives another score; terms of the user and of models are not
 * scored here.
 */
function checkScores(
  { terms, completion, turns }: StoredRollout,
  verdict: Verdict,
  example: Example,
  { task }: StoreSurroundings,
): void {
  const turnRewards = turnRewardsOf({ turns: turns ?? [] });
  for (const { id, model, score: scoreOf } of task.rewardTerms) {
    if (!Object.hasOwn(terms, id) || model !== undefined) continue;
    const [stored, given] = [terms[id] ?? Number.NaN, scoreOf(verdict, completion, example, turnRewards)];
    // Asynchronous scores are not recomputed.
    if (typeof given !== 'number') continue;
    assert(Math.abs(stored - given) <= SCORE_TOLERANCE, `terms.${id}: the term gives ${given}, not ${stored}`);
  }
}

function judgedOf(
  stored: StoredRollout,
  verdict: Verdict,
  surroundings: StoreSurroundings,
  group: number,
): JudgedTrajectory {
  const { completion: text, terminated, reward, terms, shaped_terms } = stored;
  const example = exampleOf(stored);
  checkTurns(stored);
  const trajectory: Trajectory = { ...partsOf(stored), example, text, terminated, group };
  checkAgreement(stored, verdict, surroundings);
  checkScores(stored, verdict, example, surroundings);
  return {
    ...trajectory,
    verdict,
    reward: reward ?? Number.NaN,
    terms: numbers(terms),
    shapedTerms: numbers(shaped_terms),
  };
}

/**
 * Groups of `groupSize` adjacent rollouts of one prompt. UsageError that begins with `at(row)` and names the field that
 * does not fit; CheckerError if the code of a checker fails.
 */
export async function storedGroups(
  rollouts: readonly StoredRollout[],
  surroundings: StoreSurroundings,
  at: (row: number) => string,
): Promise<Group[]> {
  const { groupSize, task, sandbox } = surroundings;
  const verdicts = await verdictsOn(
    task,
    rollouts.map((stored) => ({ example: exampleOf(stored), text: stored.completion, terminated: stored.terminated })),
    sandbox,
  );
  const judged = rollouts.map((stored, row) => {
    try {
      return judgedOf(stored, verdicts[row] as Verdict, surroundings, Math.floor(row / groupSize));
    } catch (cause) {
      throw cause instanceof UsageError ? new UsageError(`${at(row)}: ${cause.message}`, { cause }) : cause;
    }
  });
  return Array.from({ length: Math.ceil(judged.length / groupSize) }, (_, g): Group => {
    const completions = judged.slice(g * groupSize, (g + 1) * groupSize);
    const [first] = rollouts.slice(g * groupSize);
    const odd = completions.findIndex(
      ({ example }, i) => example.prompt !== first?.prompt || rollouts[g * groupSize + i]?.step !== first.step,
    );
    assert(
      odd < 0 && completions.length === groupSize,
      `${at(g * groupSize + Math.max(0, odd))}: prompt: groups of ${groupSize} completions of one prompt and step are needed`,
    );
    return { example: (completions[0] as JudgedTrajectory).example, completions, writtenAt: first?.step ?? 0 };
  });
}
