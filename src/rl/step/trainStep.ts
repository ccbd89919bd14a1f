/**
 * @file One step, stage by stage: prompt -> rollout -> reward -> KL penalty -> advantage -> gradient -> update ->
 * metrics.
 */
import { epochsOverMinibatches, type InnerLoopResult } from './innerLoop.ts';
import type { StepContext } from './context.ts';
import { warmup } from '../../engine/optim/schedule.ts';
import type { Memory } from '../words/memory.ts';
import type { Settings } from '../words/setting.ts';
import type { TrainConfig } from '../config/config.ts';
import { controllersAfter, scheduled } from '../algorithm/control.ts';
import { sampledBatch } from './sampledBatch.ts';
import { random } from '../../lib/random.ts';
import { curriculumAfter } from '../prompts/record.ts';
import { sampledTrajectories, type StepFacts } from '../metrics/facts.ts';
import { type StepMetrics, stepMetrics } from '../metrics/index.ts';
import { groupReports, type GroupReport } from './report.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import type { Group } from '../trajectory/groups.ts';
import { withoutMaskedGroups } from '../sampling/zeroStd.ts';
import { samplingTools } from './samplingTools.ts';
import { settingValues } from '../algorithm/settingValues.ts';
import { beforeSlot, policySlot } from '../words/slots.ts';

export interface StepResult {
  readonly metrics: StepMetrics;
  readonly groups: readonly GroupReport[];
  /** The rows that were learnt from, with advantages, and their numbers before the first update. */
  readonly batch: StepBatch;
  readonly statistics: InnerLoopResult['statistics'];
  readonly tokens: number;
  readonly seconds: number;
  /** Settings with schedules and controllers applied. */
  readonly settings: Settings;
  readonly memory: Memory;
  /** The groups in the order of sampling. */
  readonly sampled: readonly Group[];
  /** Groups that were sampled and take no part. */
  readonly dropped: readonly Group[];
  /** Groups for replay in later steps. */
  readonly kept: readonly Group[];
}

/** Learning rate of this step, warmup and schedule applied. */
const learningRateAt = ({ learningRate, warmupSteps, lrScheduler, maxSteps }: TrainConfig, step: number): number =>
  warmup(learningRate, warmupSteps, step) * scheduled(lrScheduler, step, maxSteps);

/**
 * Runs step `step` and commits its updates. A step that fails restores the learner, if it still responds. Only several
 * updates per step need a copy of the state, which costs a read-back on the GPU.
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
      // The learner is gone; `error` has the cause.
    }
    throw error;
  }
}

/** The stages of step `step`, in order. */
async function trainStep(context: StepContext, step: number): Promise<StepResult> {
  const { config, task, algorithm, learner, memory, now } = context;
  const settings = settingValues(algorithm, config, memory, step);
  const clock = [now()];
  const lap = () => clock.push(now());

  const samples = withoutMaskedGroups(await algorithm.sampling(samplingTools(context, step, settings)), config);
  lap();
  const { batch, memory: carried, penalties } = await sampledBatch(context, samples, step, settings);
  lap();
  const learningRate = learningRateAt(config, step);
  const { statistics, bonus, updates, scoring } = await epochsOverMinibatches({
    learner,
    algorithm,
    batch,
    settings,
    completionLength: context.completionLength,
    epochs: config.numIterations,
    minibatches: config.numMinibatches,
    learningRate,
    maxGradNorm: config.maxGradNorm,
    random: (...key) => random(config.seed, step, ...key),
    hasMoved: batch.replayed.includes(true),
    now,
  });
  lap();

  const tokens = sampledTrajectories({ samples }).reduce((sum, { ids }) => sum + ids.length, 0);
  const { levels, notes } = curriculumAfter(samples, batch, { task, config, step, memory });
  const seconds = secondsOf(clock, scoring);
  const metrics = stepMetrics({
    ...context,
    step,
    settings,
    samples,
    batch,
    penalties,
    statistics,
    trainerLogProbs: statistics.logProbs,
    bonus,
    updates,
    levels,
    learningRate,
    seconds,
    tokens: context.tokens + tokens,
  });
  return {
    metrics,
    groups: groupReports(context, samples, batch, statistics, penalties),
    batch,
    statistics,
    tokens,
    seconds: seconds.step,
    settings,
    memory: controllersAfter(config, metrics, { ...memory, ...carried, ...notes }),
    sampled: samples.groups,
    dropped: samples.dropped,
    kept: samples.kept ?? [],
  };
}

/** Seconds of the stages; `clock` and `scoring` in ms, the latter within the update. */
function secondsOf(clock: readonly number[], scoring: number): StepFacts['seconds'] {
  const [started, rolledOut, scored, updated] = clock as [number, number, number, number];
  return {
    rollout: (rolledOut - started) / 1000,
    score: (scored - rolledOut + scoring) / 1000,
    update: (updated - scored - scoring) / 1000,
    step: (updated - started) / 1000,
  };
}
