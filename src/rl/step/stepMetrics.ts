/** @file Metrics of a step from its completions, rewards and token statistics; metrics that do not apply are absent. */
import { mean, passAtK, standardDeviation } from '../../lib/statistics.ts';
import type { Task } from '../../tasks/task.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { type StepBatch, writtenPlaces } from '../trajectory/batch.ts';
import type { TrainConfig } from '../config/config.ts';
import { methodShares } from './methodShares.ts';
import type { TokenStatistics } from '../trajectory/tokens.ts';
import { passSizes, type StepMetrics } from '../metrics/catalogue.ts';
import { klNumbers } from '../objectives/kl.ts';
import { weightAt } from '../rewards/composer.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { type Trajectory, writtenCount } from '../trajectory/trajectory.ts';
import type { Group, Row, Samples } from '../trajectory/groups.ts';

const share = (items: readonly boolean[]): number => mean(items.map((b) => (b ? 1 : 0)));

/**
 * Probability that one of k completions of a prompt is right, a mean over the groups, unbiased (arXiv 2107.03374,
 * section 2.1). Absent for groups of one, whose pass@1 is the accuracy.
 */
function passMetrics(verdicts: readonly (readonly boolean[])[]): StepMetrics {
  const smallest = Math.min(...verdicts.map((group) => group.length));
  if (smallest < 2) return {};
  const passAt = (k: number) => mean(verdicts.map((group) => passAtK(group.length, group.filter(Boolean).length, k)));
  return Object.fromEntries(passSizes(smallest).map((k) => [`pass@${k}`, passAt(k)]));
}

/** Mean, deviation and terms of the rewards, share of groups of equal rewards, and methods, over all sampled groups. */
export function rewardMetrics(task: Task, groups: readonly Group[]): StepMetrics {
  const judged = groups.flatMap(({ completions }) => completions);
  const known = groups
    .map(({ completions }) => completions.map(({ reward }) => reward).filter(Number.isFinite))
    .filter((rewards) => rewards.length > 0);
  const verdicts = groups.map(({ completions }) => completions.map(({ verdict }) => verdict.correct));
  const excluded = judged.filter(({ reward }) => !Number.isFinite(reward)).length;
  const metrics: StepMetrics = {
    ...(known.length === 0
      ? {}
      : {
          reward: mean(known.flat()),
          reward_std: mean(known.map((g) => (g.length > 1 ? standardDeviation(g, 1) : 0))),
          frac_reward_zero_std: share(known.map((g) => g.every((r) => r === g[0]))),
        }),
    frac_groups_all_right: share(verdicts.map((g) => g.every(Boolean))),
    frac_groups_all_wrong: share(verdicts.map((g) => !g.some(Boolean))),
    accuracy: share(judged.map(({ verdict }) => verdict.correct)),
    ...passMetrics(verdicts),
    ...(excluded > 0 ? { 'rewards/excluded': excluded } : {}),
  };
  for (const id of Object.keys(judged[0]?.terms ?? {})) {
    const scores = judged.map(({ terms }) => terms[id] ?? NaN).filter(Number.isFinite);
    if (scores.length < judged.length) metrics[`rewards/${id}/failed`] = judged.length - scores.length;
    if (scores.length === 0) continue;
    metrics[`rewards/${id}/mean`] = mean(scores);
    metrics[`rewards/${id}/std`] = scores.length > 1 ? standardDeviation(scores, 1) : 0;
  }
  for (const [id, { share: used, accuracy }] of Object.entries(methodShares(task, judged))) {
    metrics[`methods/${id}/share`] = used;
    if (accuracy !== undefined) metrics[`methods/${id}/accuracy`] = accuracy;
  }
  return metrics;
}

/** The weight at this step of every term with a schedule. */
export function weightMetrics(task: Task, config: TrainConfig, step: number): StepMetrics {
  const moving = rewardTerms(task, config).filter(({ schedule }) => schedule.kind !== 'constant');
  return Object.fromEntries(
    moving.map(({ id, weight, schedule }) => [`rewards/${id}/weight`, weightAt(weight, schedule, step)]),
  );
}

/** Lengths in written tokens, end tokens included. */
export function lengthMetrics(trajectories: readonly Trajectory[]): StepMetrics {
  const lengths = trajectories.map(writtenCount);
  const finished = lengths.filter((_, i) => trajectories[i]?.terminated);
  return {
    'completions/mean_length': mean(lengths),
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/clipped_ratio': 1 - finished.length / lengths.length,
    ...(finished.length > 0
      ? {
          'completions/mean_terminated_length': mean(finished),
          'completions/min_terminated_length': Math.min(...finished),
          'completions/max_terminated_length': Math.max(...finished),
        }
      : {}),
  };
}

/** Indices of the policy's tokens in next-token arrays [rows * columns], for the rows that `of` accepts. */
const sampledPlaces = (rows: readonly Row[], batch: StepBatch, of: (row: Row) => boolean = () => true): number[] =>
  rows.flatMap((row, i) => (row.expert || !of(row) ? [] : writtenPlaces(batch, i)));

/**
 * KL and entropy over all tokens that a policy sampled, sampler agreement over the fresh ones, before the step's first
 * update.
 */
export function policyMetrics(statistics: TokenStatistics, rows: readonly Row[], batch: StepBatch): StepMetrics {
  const places = sampledPlaces(rows, batch);
  const k3 = klNumbers('k3', statistics.logProbs, statistics.refLogProbs);
  const sums = { kl: 0, klExact: 0, entropy: 0 };
  for (const i of places) {
    sums.kl += k3[i] as number;
    sums.klExact += statistics.kl[i] as number;
    sums.entropy += statistics.entropy[i] as number;
  }
  if (places.length === 0) return { policy_loss: statistics.loss };
  const perToken = (total: number): number => total / places.length;
  return {
    kl: perToken(sums.kl),
    kl_exact: perToken(sums.klExact),
    entropy: perToken(sums.entropy),
    policy_loss: statistics.loss,
    ...agreementMetrics(
      statistics,
      sampledPlaces(rows, batch, ({ replayed }) => !replayed),
      batch,
    ),
  };
}

/** Differences between sampler's and trainer's log-probabilities of fresh tokens. */
function agreementMetrics(
  { logProbs }: TokenStatistics,
  places: readonly number[],
  { arrays }: StepBatch,
): StepMetrics {
  const sampler = arrays.samplerLogProbs as Float32Array;
  const sums = { difference: 0, largest: 0, ratio: 0, least: Infinity, most: 0 };
  for (const i of places) {
    const log = (logProbs[i] as number) - (sampler[i] as number);
    const ratio = Math.exp(log);
    sums.difference += Math.abs(log);
    sums.largest = Math.max(sums.largest, Math.abs(log));
    sums.ratio += ratio;
    sums.least = Math.min(sums.least, ratio);
    sums.most = Math.max(sums.most, ratio);
  }
  if (places.length === 0) return {};
  return {
    'sampling/sampling_logp_difference/mean': sums.difference / places.length,
    'sampling/sampling_logp_difference/max': sums.largest,
    'sampling/importance_sampling_ratio/min': sums.least,
    'sampling/importance_sampling_ratio/mean': sums.ratio / places.length,
    'sampling/importance_sampling_ratio/max': sums.most,
  };
}

/** Share and age of replayed rollouts, and KL of the current policy to their writers. */
export function replayMetrics(
  { groups, rows }: Pick<Samples, 'groups' | 'rows'>,
  { logProbs }: TokenStatistics,
  batch: StepBatch,
  step: number,
): StepMetrics {
  const ages = groups.flatMap(({ completions, writtenAt }) =>
    writtenAt === undefined ? [] : completions.map(() => step - writtenAt),
  );
  if (ages.length === 0) return {};
  const sampler = batch.arrays.samplerLogProbs as Float32Array;
  const places = sampledPlaces(rows, batch, ({ replayed }) => replayed === true);
  const drift = places.reduce((sum, i) => sum + ((sampler[i] as number) - (logProbs[i] as number)), 0);
  return {
    'replay/share': ages.length / rows.filter(({ expert }) => !expert).length,
    'replay/staleness': mean(ages),
    ...(places.length > 0 ? { 'replay/kl': drift / places.length } : {}),
  };
}

/** The critic before its update: half its mean squared error, and the explained share of the returns' variance. */
function criticMetrics({ arrays: { oldValues, returns, mask } }: StepBatch): StepMetrics {
  if (!oldValues || !returns) return {};
  const inside = [...(mask as Float32Array).keys()].filter((i) => (mask as Float32Array)[i] === 1);
  const [predicted, actual] = [inside.map((i) => oldValues[i] as number), inside.map((i) => returns[i] as number)];
  const squared = mean(predicted.map((v, i) => (v - (actual[i] as number)) ** 2));
  const center = mean(actual);
  const variance = mean(actual.map((r) => (r - center) ** 2));
  return {
    value_loss: squared / 2,
    ...(variance > 1e-12 ? { 'critic/explained_variance': 1 - squared / variance } : {}),
  };
}

/** Coefficients that move, the KL penalty in the reward, and the critic. */
export function advantageMetrics(
  { regulariser, pairs }: Algorithm,
  batch: StepBatch,
  penalties: Float32Array,
  settings: Settings,
  { klControl, entropyTarget }: Pick<TrainConfig, 'klControl' | 'entropyTarget'>,
): StepMetrics {
  const onReward = regulariser?.placement === 'reward' && (settings.beta ?? 0) > 0;
  return {
    ...(klControl !== 'constant' && !pairs && settings.beta !== undefined ? { beta: settings.beta } : {}),
    ...(entropyTarget > 0 ? { entropy_coef: settings.entropy_coef ?? 0 } : {}),
    ...('mu' in settings ? { mu: settings.mu as number } : {}),
    ...(onReward && batch.rows > 0
      ? { 'rewards/kl_penalty': penalties.reduce((sum, p) => sum + p, 0) / batch.rows }
      : {}),
    ...criticMetrics(batch),
  };
}

/** The sampling's own metrics, and the share of unused rows. */
export function samplingMetrics({ metrics, rows }: Samples): StepMetrics {
  const own = rows.filter(({ expert }) => !expert);
  const unused = own.filter(({ used }) => !used).length;
  return {
    ...metrics,
    ...(own.length > 0 && unused > 0 ? { frac_completions_unused: unused / own.length } : {}),
  };
}
