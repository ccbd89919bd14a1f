/**
 * @file The exact read-out of a task with listed outcomes: the probability of each under base, policy and optimum,
 * without sampling.
 */
import { random } from '../../lib/random.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { plainReward } from '../rewards/reward.ts';
import { optimum, type Outcomes, standing, type Standing } from './optimum.ts';
import { listSequences, outcomeLogProbs } from './sequences.ts';
import { baseSlot } from '../words/slots.ts';

/** Probability of an outcome, or of several together, under three distributions. */
export interface OutcomeMasses {
  readonly reference: number;
  readonly policy: number;
  readonly optimum: number;
}

export interface ListedOutcome extends OutcomeMasses {
  readonly completion: string;
  readonly reward: number;
}

/**
 * All unlisted outcomes together count as a single one. Since they have equal rewards, pi* keeps the proportions of
 * pi_ref among them, so pi*, Z and J* are exact. A shift of the policy among them is not seen, so J(pi) is an upper
 * bound.
 */
export interface ExactReport extends Standing {
  /** KL coefficient of pi* and J. */
  readonly beta: number;
  /** Well-formed completions. */
  readonly outcomes: number;
  /** Probability under pi of the correct outcomes. */
  readonly correct: number;
  /** The most likely under pi*, in descending order. */
  readonly top: readonly ListedOutcome[];
  /** All other well-formed completions together. */
  readonly others: OutcomeMasses;
  /** All other strings together. */
  readonly malformed: OutcomeMasses;
}

export interface ExactOptions {
  readonly difficulty: number;
  readonly rewardWeights: Readonly<Record<string, number>>;
  readonly beta: number;
  /** Tokens of a row of the learner: longest prompt and completion together. */
  readonly rowLength: number;
  readonly slot: string;
}

/** Number of outcomes listed singly; the others are summed. */
const SHOWN = 16;

const exp = (logProbs: Float64Array, y: number): number => Math.exp(logProbs[y] as number);

interface Distributions {
  readonly reference: Float64Array;
  readonly policy: Float64Array;
  readonly optimum: Float64Array;
}

const massesAt = ({ reference, policy, optimum: best }: Distributions, y: number): OutcomeMasses => ({
  reference: exp(reference, y),
  policy: exp(policy, y),
  optimum: exp(best, y),
});

const summed = (parts: readonly OutcomeMasses[]): OutcomeMasses =>
  parts.reduce(
    (sum, part) => ({
      reference: sum.reference + part.reference,
      policy: sum.policy + part.policy,
      optimum: sum.optimum + part.optimum,
    }),
    { reference: 0, policy: 0, optimum: 0 },
  );

/** Verdict and reward of each listed completion, and last of all other strings. */
const verdictsOf = (
  task: Task,
  example: Example,
  completions: readonly string[],
  rewardWeights: ExactOptions['rewardWeights'],
) => [...completions, ''].map((text) => plainReward(task, rewardWeights, example, text));

/** The report from the log-probability of each listed completion and of all other strings. */
export function exactReport(
  task: Task,
  example: Example,
  completions: readonly string[],
  logProbs: { readonly reference: Float64Array; readonly policy: Float64Array },
  { rewardWeights, beta }: Pick<ExactOptions, 'rewardWeights' | 'beta'>,
): ExactReport {
  const verdicts = verdictsOf(task, example, completions, rewardWeights);
  const outcomes: Outcomes = { refLogProbs: logProbs.reference, rewards: verdicts.map(({ reward }) => reward) };
  const distributions: Distributions = { ...logProbs, optimum: optimum(outcomes, beta).logProbs };
  const listed = completions.map((completion, y) => ({
    completion,
    reward: outcomes.rewards[y] as number,
    ...massesAt(distributions, y),
  }));
  const sorted = listed.toSorted((a, b) => b.optimum - a.optimum || b.reference - a.reference);
  return {
    ...standing(logProbs.policy, outcomes, beta),
    beta,
    outcomes: completions.length,
    correct: verdicts.reduce((sum, { verdict }, y) => sum + (verdict.correct ? exp(logProbs.policy, y) : 0), 0),
    top: sorted.slice(0, SHOWN),
    others: summed(sorted.slice(SHOWN)),
    malformed: massesAt(distributions, completions.length),
  };
}

/** The problem of a task with listed outcomes, and a reader of their log-probabilities under a slot; null without any. */
function listedProblem(
  learner: Pick<Learner, 'read'>,
  tokenizer: Tokenizer,
  task: Task,
  { difficulty, rowLength }: Pick<ExactOptions, 'difficulty' | 'rowLength'>,
) {
  if (!task.outcomes) return null;
  const example = task.example(random('the only problem'), 'train', difficulty);
  const completions = task.outcomes(example);
  const sequences = listSequences(tokenizer, example.prompt, completions, rowLength);
  const read = async (of: string): Promise<Float64Array | null> => {
    const { logDistribution } = await learner.read(
      { rows: sequences.rows, tokenIds: sequences.tokenIds, temperature: 1 },
      of,
      true,
    );
    return logDistribution ? outcomeLogProbs(logDistribution, sequences) : null;
  };
  return { example, completions, read };
}

/** The outcomes of a task under the base, all other strings last; null as for `readExact`. */
export async function baseOutcomes(
  learner: Pick<Learner, 'read'>,
  tokenizer: Tokenizer,
  task: Task,
  options: Pick<ExactOptions, 'difficulty' | 'rowLength' | 'rewardWeights'>,
): Promise<Outcomes | null> {
  const problem = listedProblem(learner, tokenizer, task, options);
  const refLogProbs = problem && (await problem.read(baseSlot));
  if (!refLogProbs) return null;
  const verdicts = verdictsOf(task, problem.example, problem.completions, options.rewardWeights);
  return { refLogProbs, rewards: verdicts.map(({ reward }) => reward) };
}

/**
 * The report on a policy; null for a task without listed outcomes, and for a policy in layers, which gives no whole
 * distributions. Costs two forward passes over all outcomes.
 */
export async function readExact(
  learner: Pick<Learner, 'read'>,
  tokenizer: Tokenizer,
  task: Task,
  { slot, ...options }: ExactOptions,
): Promise<ExactReport | null> {
  const problem = listedProblem(learner, tokenizer, task, options);
  if (!problem) return null;
  const { example, completions, read } = problem;
  const reference = await read(baseSlot);
  const policy = slot === baseSlot ? reference : await read(slot);
  return reference && policy && exactReport(task, example, completions, { reference, policy }, options);
}
