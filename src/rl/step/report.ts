/** @file The report of a step's groups: every completion with the numbers of each of its tokens. */
import type { FloatArray } from '../../lib/floats.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { perCompletion } from './klPenalty.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import type { TokenStatistics } from '../trajectory/tokens.ts';
import type { Samples } from '../trajectory/groups.ts';
import { isPlain, promptLengthOf, writtenCount } from '../trajectory/trajectory.ts';

/**
 * Whole groups in the order of sampling. `advantage` is the mean over a completion's written tokens; `penalties`
 * [rows * columns] were taken off the rewards.
 */
export function groupReports(
  { tokenizer }: { readonly tokenizer: Tokenizer },
  { groups }: Samples,
  { columns, arrays }: StepBatch,
  statistics: TokenStatistics<FloatArray>,
  penalties: FloatArray,
): GroupReport[] {
  const advantages = arrays.advantages as Float32Array;
  const rewards = arrays.rewards as Float32Array;
  const isPenalised = penalties.some((penalty) => penalty !== 0);
  const penaltySums = perCompletion(penalties, columns);
  let next = 0;
  return groups.map(({ example: { prompt, answer }, completions }) => ({
    prompt,
    answer,
    completions: completions.map((completion): CompletionReport => {
      const { ids, written, verdict, reward, terms, logProbs } = completion;
      const first = promptLengthOf(completion);
      const at = next++;
      const row = at * columns;
      const span = (array: FloatArray): number[] =>
        Array.from(array.subarray(row + first - 1, row + ids.length - 1), (x, i) => (written[first + i] === 1 ? x : 0));
      const tokenIds = ids.slice(first);
      const tokenAdvantages = span(advantages);
      return {
        text: completion.text,
        tokens: tokenIds.map((id) => tokenizer.tokenText(id)),
        tokenIds,
        control: tokenIds.flatMap((id, place) => (tokenizer.isControl(id) ? [place] : [])),
        ...(isPlain(completion) ? {} : { written: Array.from(written.subarray(first)) }),
        reward,
        shapedReward: rewards[row + first - 1] ?? 0,
        terms,
        ...(isPenalised ? { penalty: penaltySums[at] as number } : {}),
        advantage: tokenAdvantages.reduce((sum, a) => sum + a, 0) / Math.max(1, writtenCount(completion)),
        tokenAdvantages,
        correct: verdict.correct,
        method: verdict.method,
        terminated: completion.terminated,
        logProbs: Array.from(logProbs.subarray(first)),
        policyLogProbs: span(statistics.logProbs),
        refLogProbs: span(statistics.refLogProbs),
        entropy: span(statistics.entropy),
        kl: span(statistics.kl),
      };
    }),
  }));
}

/** One sampled completion and the trainer's numbers of each of its tokens. */
export interface CompletionReport {
  readonly text: string;
  /** One string per token after the prompt, end tokens and the environment's answers included. */
  readonly tokens: readonly string[];
  readonly tokenIds: readonly number[];
  /** Places of tokens that are no text, as end tokens. */
  readonly control?: readonly number[];
  /**
   * 1 where the policy wrote the token, 0 where the environment did, whose numbers below are 0; absent for a single
   * turn.
   */
  readonly written?: readonly number[];
  readonly reward: number;
  /** Unweighted score of each reward term by id. */
  readonly terms: Readonly<Record<string, number>>;
  /** The reward after shaping, as in the objective. */
  readonly shapedReward: number;
  /** Sum of the KL penalties that were taken off its reward; absent where the step took none. */
  readonly penalty?: number;
  /** Mean over its written tokens. */
  readonly advantage: number;
  readonly tokenAdvantages: readonly number[];
  readonly correct: boolean;
  readonly method: string | null;
  /** Ended by its end token rather than by the length limit. */
  readonly terminated: boolean;
  /**
   * Per token, nats: log-probability at sampling, before the step's first update, and under the base; then entropy and
   * exact KL before that update.
   */
  readonly logProbs: readonly number[];
  readonly policyLogProbs: readonly number[];
  readonly refLogProbs: readonly number[];
  readonly entropy: readonly number[];
  readonly kl: readonly number[];
}

/** One prompt and its completions. */
export interface GroupReport {
  readonly prompt: string;
  readonly answer: string;
  readonly completions: readonly CompletionReport[];
}
