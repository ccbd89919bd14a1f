/**
 * @file One step, stage by stage: prompt -> rollout -> reward -> leash -> advantage -> gradient -> update -> metrics.
 */
import { epochsOverMinibatches } from './innerLoop.ts';
import type { StepContext } from './context.ts';
import { warmup } from '../../engine/optim/schedule.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import type { TrainConfig } from '../config/config.ts';
import { controllersAfter, scheduled } from '../algorithm/control.ts';
import { creditedBatch } from './advantages.ts';
import { curriculumAfter } from '../prompts/record.ts';
import type { StepMetrics } from '../metrics/catalogue.ts';
import { groupReports, type GroupReport } from './report.ts';
import type { Group } from '../trajectory/groups.ts';
import { withoutMaskedGroups } from '../sampling/zeroStd.ts';
import { samplingTools } from './samplingTools.ts';
import { settingValues } from '../algorithm/settingValues.ts';
import {
  advantageMetrics,
  lengthMetrics,
  policyMetrics,
  replayMetrics,
  rewardMetrics,
  samplingMetrics,
  weightMetrics,
} from './stepMetrics.ts';
import { updateMetrics } from './updateMetrics.ts';
import { beforeSlot, policySlot } from '../words/slots.ts';

export { NonFiniteUpdateError } from './innerLoop.ts';

export interface StepResult {
  readonly metrics: StepMetrics;
  readonly groups: readonly GroupReport[];
  readonly tokens: number;
  readonly seconds: number;
  /** As they were applied. */
  readonly settings: Settings;
  readonly memory: Memory;
  /** The groups as they were sampled. */
  readonly sampled: readonly Group[];
  /** Groups that later steps may learn from again. */
  readonly kept: readonly Group[];
}

/** The rate of this step. */
const learningRateAt = ({ learningRate, warmupSteps, lrScheduler, maxSteps }: TrainConfig, step: number): number =>
  warmup(learningRate, warmupSteps, step) * scheduled(lrScheduler, step, maxSteps);

/**
 * Runs step `step` and commits its update. A step that fails leaves the learner as it was, as far as it can still be
 * reached. Only several updates on one rollout need a copy of the state to go back to; on the GPU that is a read-back.
 */
export async function wholeStep(context: StepContext, step: number): Promise<StepResult> {
  const { learner, config } = context;
  const before = config.numIterations * config.numMinibatches > 1 ? await learner.state() : null;
  learner.snapshot(policySlot, beforeSlot);
  try {
    return await trainStep(context, step);
  } catch (error) {
    try {
      await learner.restore(before ?? (await learner.state()));
    } catch {
      // The learner is gone, and why is what `error` tells.
    }
    throw error;
  }
}

/** The stages of step `step`, in order. */
export async function trainStep(context: StepContext, step: number): Promise<StepResult> {
  const { config, task, algorithm, learner, memory, now } = context;
  const settings = settingValues(algorithm, config, memory, step);
  const clock = [now()];
  const lap = () => clock.push(now());

  const samples = withoutMaskedGroups(await algorithm.sampling(samplingTools(context, step, settings)), config);
  lap();
  const { batch, memory: carried, penalties } = await creditedBatch(context, samples, step, settings);
  lap();
  const { statistics, bonus, updates, scoring } = await epochsOverMinibatches({
    learner,
    algorithm,
    batch,
    settings,
    completionLength: context.completionLength,
    epochs: config.numIterations,
    minibatches: config.numMinibatches,
    learningRate: learningRateAt(config, step),
    maxGradNorm: config.maxGradNorm,
    key: [config.seed, step],
    now,
  });
  lap();

  const [started, rolledOut, scored, updated] = clock as [number, number, number, number];
  const seconds = (updated - started) / 1000;
  const sampled = [...samples.groups, ...samples.dropped].flatMap(({ completions }) => completions);
  const tokens = sampled.reduce((sum, { ids }) => sum + ids.length, 0);
  const curriculum = curriculumAfter(samples, batch, { task, config, step, memory });
  const metrics: StepMetrics = {
    ...rewardMetrics(task, [...samples.groups, ...samples.dropped]),
    ...weightMetrics(task, config, step),
    ...lengthMetrics(sampled),
    ...policyMetrics(statistics, samples.rows, batch),
    ...(algorithm.entropyBonus ? { loss: statistics.loss, policy_loss: statistics.loss + bonus } : {}),
    ...updateMetrics(updates),
    ...advantageMetrics(algorithm, batch, penalties, settings, config),
    ...samplingMetrics(samples),
    ...curriculum.metrics,
    ...replayMetrics(samples, statistics, batch, step),
    learning_rate: learningRateAt(config, step),
    step_time: seconds,
    'time/rollout': (rolledOut - started) / 1000,
    'time/score': (scored - rolledOut + scoring) / 1000,
    'time/update': (updated - scored - scoring) / 1000,
  };
  return {
    metrics,
    groups: groupReports(context, samples, batch, statistics),
    tokens,
    seconds,
    settings,
    memory: controllersAfter(config, metrics, { ...memory, ...carried, ...curriculum.notes }),
    sampled: samples.groups,
    kept: samples.kept ?? [],
  };
}
