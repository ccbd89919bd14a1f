/** @file The numbers of a step from its rollouts, rewards and token statistics. */
import { mean, standardDeviation } from '../lib/statistics.ts';
import type { Task } from '../tasks/task.ts';
import { methodShares } from './evaluate.ts';
import type { TokenStatistics } from './learner/learner.ts';
import type { StepMetrics } from './metrics.ts';
import type { Judged } from './reward.ts';
import type { Rollout } from './rollout/rollout.ts';

/** Where a rollout's completion tokens stand in next-token arrays [rows, columns]. */
export function completionSpan(rollout: Rollout, row: number, columns: number): [start: number, end: number] {
  const start = row * columns + rollout.promptIds.length - 1;
  return [start, start + rollout.completionIds.length];
}

const share = (items: readonly boolean[]): number => mean(items.map((b) => (b ? 1 : 0)));

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: items.length / size }, (_, g) => items.slice(g * size, (g + 1) * size));
}

/** Rewards: level, spread, groups without spread, each term, each method. */
export function rewardMetrics(task: Task, rewards: Float32Array, judged: readonly Judged[], groupSize: number): StepMetrics {
  const groups = groupsOf(Array.from(rewards), groupSize);
  const verdicts = groupsOf(judged.map(({ verdict }) => verdict.correct), groupSize);
  const metrics: StepMetrics = {
    reward: mean(rewards),
    reward_std: mean(groups.map((g) => (g.length > 1 ? standardDeviation(g, 1) : 0))),
    frac_reward_zero_std: share(groups.map((g) => g.every((r) => r === g[0]))),
    frac_groups_all_right: share(verdicts.map((g) => g.every(Boolean))),
    frac_groups_all_wrong: share(verdicts.map((g) => !g.some(Boolean))),
    accuracy: share(judged.map(({ verdict }) => verdict.correct)),
  };
  for (const { id } of task.rewardTerms) {
    const scores = judged.map(({ terms }) => terms[id] ?? 0);
    metrics[`rewards/${id}/mean`] = mean(scores);
    metrics[`rewards/${id}/std`] = standardDeviation(scores, 1);
  }
  for (const [id, { share: used, accuracy }] of Object.entries(methodShares(task, judged))) {
    metrics[`methods/${id}/share`] = used;
    if (accuracy !== undefined) metrics[`methods/${id}/accuracy`] = accuracy;
  }
  return metrics;
}

/** Lengths in tokens, the end token included. */
export function lengthMetrics(rollouts: readonly Rollout[]): StepMetrics {
  const lengths = rollouts.map(({ completionIds }) => completionIds.length);
  const finished = rollouts.filter(({ terminated }) => terminated).map(({ completionIds }) => completionIds.length);
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/clipped_ratio': 1 - finished.length / lengths.length,
    ...(finished.length > 0 ? { 'completions/mean_terminated_length': mean(finished) } : {}),
  };
}

/** k3 of one token: exp(ref - lp) - 1 - (ref - lp), the difference kept within +-20. */
function k3(logProb: number, refLogProb: number): number {
  const difference = Math.max(-20, Math.min(20, refLogProb - logProb));
  return Math.exp(difference) - 1 - difference;
}

interface PolicyTokens {
  readonly rollouts: readonly Rollout[];
  readonly advantages: Float32Array;
  readonly epsilon: number;
  readonly columns: number;
}

/** Divergence, entropy, clipping and sampler agreement over all completion tokens of a pass. */
export function policyMetrics(statistics: TokenStatistics, { rollouts, advantages, epsilon, columns }: PolicyTokens): StepMetrics {
  const sums = { kl: 0, klExact: 0, entropy: 0, low: 0, high: 0, difference: 0, largest: 0, tokens: 0 };
  rollouts.forEach((rollout, row) => {
    const [start, end] = completionSpan(rollout, row, columns);
    const advantage = advantages[row] as number;
    for (let i = start; i < end; i++) {
      const logProb = statistics.logProbs[i] as number;
      const logRatio = logProb - (rollout.logProbs[i - start] as number);
      const ratio = Math.exp(logRatio);
      sums.kl += k3(logProb, statistics.refLogProbs[i] as number);
      sums.klExact += statistics.kl[i] as number;
      sums.entropy += statistics.entropy[i] as number;
      if (ratio < 1 - epsilon && advantage < 0) sums.low++;
      if (ratio > 1 + epsilon && advantage > 0) sums.high++;
      sums.difference += Math.abs(logRatio);
      sums.largest = Math.max(sums.largest, Math.abs(logRatio));
      sums.tokens++;
    }
  });
  const perToken = (total: number): number => total / sums.tokens;
  return {
    kl: perToken(sums.kl), kl_exact: perToken(sums.klExact), entropy: perToken(sums.entropy), policy_loss: statistics.loss,
    'clip_ratio/low_mean': perToken(sums.low), 'clip_ratio/high_mean': perToken(sums.high), 'clip_ratio/region_mean': perToken(sums.low + sums.high),
    'sampling/sampling_logp_difference/mean': perToken(sums.difference), 'sampling/sampling_logp_difference/max': sums.largest,
  };
}
