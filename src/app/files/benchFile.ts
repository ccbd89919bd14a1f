/** @file The bench as CSV: one line per algorithm, completion and token. */
import type { BenchColumnView } from '../../ui/bench/view.ts';
import type { GroupView } from '../../ui/types.ts';
import { csvOf } from './metricFiles.ts';

const names = [
  'step',
  'prompt',
  'algorithm',
  'loss',
  'kl_moved',
  'grad_norm',
  'completion',
  'text',
  'reward',
  'correct',
  'advantage',
  'log_prob_before',
  'log_prob_after',
  'probability_before',
  'probability_after',
  'token',
  'token_text',
  'push',
] as const;

/** Completions and tokens count from 1; logarithms in nats. Columns without an update are left out. */
export function benchCsv(step: number, group: GroupView, columns: readonly BenchColumnView[]): string {
  const lines = columns.flatMap(({ title, loss, update, hasAdvantages }) =>
    (update?.completions ?? []).flatMap(({ advantage, pushes, before, after }, i) => {
      const completion = group.completions[i];
      return (completion?.tokens ?? []).map((token, t) => ({
        step,
        prompt: group.prompt,
        algorithm: title,
        loss: loss.loss,
        kl_moved: update?.klMoved ?? 0,
        grad_norm: update?.gradNorm ?? 0,
        completion: i + 1,
        text: completion?.text ?? '',
        reward: completion?.reward ?? NaN,
        correct: completion?.correct ? 1 : 0,
        advantage: hasAdvantages ? (advantage ?? '') : '',
        log_prob_before: before,
        log_prob_after: after,
        probability_before: Math.exp(before),
        probability_after: Math.exp(after),
        token: t + 1,
        token_text: token,
        push: pushes[t] ?? 0,
      }));
    }),
  );
  return csvOf(names, lines);
}
