/**
 * @file The exact read-out of a task whose outcomes are all listed: the probability of each under base, policy and
 * optimum, without sampling.
 */
import { random } from '../../lib/random.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { plainReward } from '../rewards/reward.ts';
import { optimum, type Outcomes, standing, type Standing } from './optimum.ts';
import { listSequences, outcomeLogProbs } from './sequences.ts';
import { baseSlot } from '../words/slots.ts';

/** What three distributions give to an outcome, or to several together. */
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
 * Everything that is not listed counts as one outcome. As it earns the same whatever it is, pi* leaves its parts in the
 * proportions of pi_ref, so that pi*, Z and J* are exact; what a policy changes among its parts is not seen, so that
 * J(pi) is an upper bound there.
 */
export interface ExactReport extends Standing {
  /** The coefficient that pi* and J are computed with. */
  readonly beta: number;
  /** Well-formed completions. */
  readonly outcomes: number;
  /** pi of the outcomes that the verifier accepts. */
  readonly correct: number;
  /** The likeliest under pi*, best first. */
  readonly top: readonly ListedOutcome[];
  /** All other well-formed completions together. */
  readonly others: OutcomeMasses;
  /** Everything else together. */
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

/** Outcomes listed one by one; the rest of them is summed up. */
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

/** The report on a policy over the task's completions and everything else, from the log-probability of each. */
export function exactReport(
  task: Task,
  example: Example,
  completions: readonly string[],
  logProbs: { readonly reference: Float64Array; readonly policy: Float64Array },
  { rewardWeights, beta }: Pick<ExactOptions, 'rewardWeights' | 'beta'>,
): ExactReport {
  const verdicts = [...completions, ''].map((text) => plainReward(task, rewardWeights, example, text));
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

/** Null for a task whose outcomes are not listed. Costs two passes over all of them. */
export async function readExact(
  learner: Pick<Learner, 'read'>,
  tokenizer: Tokenizer,
  task: Task,
  { difficulty, rowLength, slot, ...options }: ExactOptions,
): Promise<ExactReport | null> {
  if (!task.outcomes) return null;
  const example = task.example(random('the only problem'), 'train', difficulty);
  const completions = task.outcomes(example);
  const sequences = listSequences(tokenizer, example.prompt, completions, rowLength);
  const read = async (of: string): Promise<Float64Array> => {
    const { logDistribution } = await learner.read(
      { rows: sequences.rows, tokenIds: sequences.tokenIds, temperature: 1 },
      of,
      true,
    );
    if (!logDistribution) throw new Error('the learner gave no distributions');
    return outcomeLogProbs(logDistribution, sequences);
  };
  const reference = await read(baseSlot);
  return exactReport(
    task,
    example,
    completions,
    { reference, policy: slot === baseSlot ? reference : await read(slot) },
    options,
  );
}
