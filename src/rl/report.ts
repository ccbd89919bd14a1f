/** @file The groups of a step as people look into them: every completion with what is known of each of its tokens. */
import type { Tokenizer } from '../policy/tokenizer.ts';
import { completionSpan, type StepBatch } from './batch.ts';
import type { TokenStatistics } from './learner/learner.ts';
import type { Samples } from './sampling/sampling.ts';
import type { CompletionReport, GroupReport } from './trainer.ts';

/**
 * Whole groups in the order in which they were sampled. Advantages that differ from token to token are told by their
 * mean.
 */
export function groupReports(
  { tokenizer }: { readonly tokenizer: Tokenizer },
  { groups }: Samples,
  { columns, arrays }: StepBatch,
  statistics: TokenStatistics,
): GroupReport[] {
  const advantages = arrays.advantages as Float32Array;
  const rewards = arrays.rewards as Float32Array;
  let next = 0;
  return groups.map(({ example: { prompt, answer }, completions }) => ({
    prompt,
    answer,
    completions: completions.map((completion): CompletionReport => {
      const { rollout, verdict, reward, terms } = completion;
      const [start, end] = completionSpan({ completion }, next++, columns);
      const span = (array: Float32Array): number[] => Array.from(array.subarray(start, end));
      const tokenAdvantages = span(advantages);
      return {
        text: rollout.text,
        tokens: rollout.completionIds.map((id) => tokenizer.tokenText(id)),
        tokenIds: rollout.completionIds,
        reward,
        shapedReward: rewards[start] ?? 0,
        terms,
        advantage: tokenAdvantages.reduce((sum, a) => sum + a, 0) / Math.max(1, tokenAdvantages.length),
        tokenAdvantages,
        correct: verdict.correct,
        method: verdict.method,
        terminated: rollout.terminated,
        logProbs: Array.from(rollout.logProbs),
        policyLogProbs: span(statistics.logProbs),
        refLogProbs: span(statistics.refLogProbs),
        entropy: span(statistics.entropy),
        kl: span(statistics.kl),
      };
    }),
  }));
}
