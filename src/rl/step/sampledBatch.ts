/** @file The batch of a step of training: sampled rows as arrays, read by the trainer's own arithmetic, with advantages. */
import type { Task } from '../../tasks/task.ts';
import type { AdvantageBatch } from '../advantages/estimator.ts';
import type { TrainConfig } from '../config/config.ts';
import { weightAt } from '../rewards/composer.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { overTokens, stepBatch, type StepBatch } from '../trajectory/batch.ts';
import type { Judged, JudgedTrajectory, Samples } from '../trajectory/groups.ts';
import { segmentsOf, writtenCount } from '../trajectory/trajectory.ts';
import { groupIdsOf } from '../words/groupIds.ts';
import type { Settings } from '../words/setting.ts';
import { policySlot } from '../words/slots.ts';
import { type AdvantagedBatch, type Earned, withAdvantages } from './advantages.ts';
import type { StepContext } from './context.ts';
import { baseRewards, greedyRewards } from './samplingTools.ts';
import { teacherGains } from './teacher.ts';

/** Next-token arrays, but for `everyValue`: that is the critic's value at all positions, [rows, columns + 1]. */
type OwnReading = Readonly<Partial<Record<'oldLogProbs' | 'oldValues' | 'everyValue', Float32Array>>>;

/** Numbers of the batch before any update by the trainer's own arithmetic, where a part asks for them. */
async function ownReading(
  { algorithm, learner }: StepContext,
  batch: StepBatch,
  settings: Settings,
): Promise<OwnReading> {
  if (batch.rows === 0 || (!algorithm.comparesSampler && algorithm.advantage.needs !== 'critic')) return {};
  const { logProbs, values } = await learner.read(batch, policySlot);
  const mask = batch.arrays.mask as Float32Array;
  return {
    ...(algorithm.comparesSampler ? { oldLogProbs: logProbs.map((lp, i) => (mask[i] as number) * lp) } : {}),
    ...(values ? { oldValues: values } : {}),
    ...(algorithm.advantage.readsEndValues?.(settings) ? { everyValue: await learner.values(batch) } : {}),
  };
}

/** Shaped scores of each reward term over completions, with its weight at this step. */
const weighedTerms = (
  task: Task,
  config: TrainConfig,
  completions: readonly Pick<Judged, 'shapedTerms'>[],
  step: number,
): AdvantageBatch['rewardTerms'] =>
  rewardTerms(task, config).map(({ id, weight, schedule }) => ({
    weight: weightAt(weight, schedule, step),
    scores: Float32Array.from(completions, ({ shapedTerms }) => shapedTerms[id] ?? 0),
  }));

/** The value after the last token of each completion, [B], of values at every position of a row, [B * width]. */
const valuesAfter = (completions: readonly JudgedTrajectory[], values: Float32Array, width: number): Float32Array =>
  Float32Array.from(completions, ({ ids }, row) => values[row * width + ids.length - 1] as number);

/** Facts of the completions of all groups, which are the first rows, and of an expert's rows that count in them. */
async function earnedBy(
  context: StepContext,
  { groups, rows, expertsInGroups }: Samples,
  step: number,
  settings: Settings,
  endValues: (completions: readonly JudgedTrajectory[]) => Float32Array | undefined,
): Promise<Earned> {
  const { config, task, algorithm, memory } = context;
  const { needs } = algorithm.advantage;
  const own = groups.flatMap((group) => group.completions);
  const guests = expertsInGroups ? rows.slice(own.length) : [];
  const completions = [...own, ...guests];
  const after = endValues(completions);
  return {
    rewards: Float32Array.from(completions, ({ reward }) => reward),
    groups: Int32Array.from([
      ...groupIdsOf(groups.map((group) => group.completions.length)),
      ...guests.map(({ group }) => group),
    ]),
    segments: (rewards) => completions.map((completion, i) => segmentsOf(completion, rewards[i] as number)),
    completions: completions.map((completion) => ({
      length: writtenCount(completion),
      terminated: completion.terminated,
    })),
    rewardTerms: weighedTerms(task, config, completions, step),
    memory,
    ...(needs === 'greedy' ? { greedyRewards: await greedyRewards(context, groups, step) } : {}),
    ...(needs === 'teacher' ? { teacherGains: await teacherGains(context, completions) } : {}),
    ...(needs === 'base' ? { baseRewards: await baseRewards(context, groups, step, settings) } : {}),
    ...(after ? { endValues: after } : {}),
  };
}

/** The batch of a step with advantages, rewards as the objective sees them and, with a critic, values and returns. */
export async function sampledBatch(
  context: StepContext,
  samples: Samples,
  step: number,
  settings: Settings,
): Promise<AdvantagedBatch> {
  const raw = stepBatch(samples, context.tokenizer.padId, context.config.temperature, context);
  const { everyValue, ...own } = await ownReading(context, raw, settings);
  const earned = await earnedBy(context, samples, step, settings, (completions) =>
    everyValue ? valuesAfter(completions, everyValue, raw.columns + 1) : undefined,
  );
  const read = { ...raw, arrays: { ...raw.arrays, ...own } };
  const advantaged = await withAdvantages({ ...context, settings }, read, earned);
  const { batch, shaped } = advantaged;
  const rewards = overTokens(
    Float32Array.from(samples.rows, ({ reward }, row) => {
      const seen = shaped[row] ?? reward;
      return Number.isFinite(seen) ? seen : 0;
    }),
    raw.arrays.mask as Float32Array,
    raw.columns,
  );
  return { ...advantaged, batch: { ...batch, arrays: { ...batch.arrays, rewards } } };
}
