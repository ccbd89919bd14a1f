/** @file Each stage of a run as the configuration of a run of its own. */
import { assert, present } from '../../lib/assert.ts';
import { taskById } from '../../tasks/index.ts';
import { type Stage, type TrainConfig, trainConfigSchema } from '../config/config.ts';
import { complaintOf, lastStageSteps } from '../config/stages.ts';
import { withAlgorithm } from './configured.ts';

/** A stage as people write it: also the last one has a length. */
export type WholeStage = Stage & { readonly steps: number };

/** The configuration as a run of these stages, whose lengths add up to its steps. */
export const withStages = (config: TrainConfig, stages: readonly WholeStage[]): TrainConfig => ({
  ...config,
  maxSteps: stages.reduce((sum, { steps }) => sum + steps, 0),
  stages: stages.map(({ steps, ...stage }, i) => (i === stages.length - 1 ? stage : { ...stage, steps })),
});

/** The stages of a run with the length of each; none for a single training. */
export const stagesOf = (config: TrainConfig): readonly WholeStage[] =>
  (config.stages ?? []).map((stage) => ({ ...stage, steps: stage.steps ?? lastStageSteps(config) }));

/** The shared settings under a stage's algorithm and task, whose own numbers begin at their defaults. */
function moved(shared: TrainConfig, { algorithm = shared.algorithm, task = shared.task }: Stage): TrainConfig {
  const trained = algorithm === shared.algorithm ? shared : { ...withAlgorithm(shared, algorithm), objectiveText: '' };
  return task === shared.task
    ? trained
    : { ...trained, task, difficulty: taskById(task).difficulty.default, rewardWeights: {}, rewardShaping: {} };
}

/** The configuration of stage `index` alone; the run's own if it has no stages. */
export function stageConfig(config: TrainConfig, index: number): TrainConfig {
  if (!config.stages) return config;
  const { stages: _stages, ...shared } = config;
  const {
    steps,
    reference: _reference,
    stop: _stop,
    start: _start,
    ...own
  } = present(stagesOf(config)[index], `stage ${index + 1}`);
  const stage = { ...moved(shared, own), ...own, maxSteps: steps };
  return { ...stage, rolloutFile: stage.rollouts === 'offline' ? stage.rolloutFile : '' };
}

/**
 * The configuration as a run of stages from outside. UsageError that names stage and field: every stage needs a length,
 * and only fields that a stage can have.
 */
export function readStages(config: TrainConfig, list: readonly Readonly<Record<string, unknown>>[]): TrainConfig {
  const lengths = list.map(({ steps }, i) => {
    assert(typeof steps === 'number', `stage ${i + 1}: steps: a number is needed`);
    return steps;
  });
  const whole = withStages(
    config,
    list.map((stage, i) => ({ ...stage, steps: lengths[i] as number })),
  );
  const parsed = trainConfigSchema.safeParse(whole);
  assert(parsed.success, parsed.error?.issues.map(complaintOf).join('; ') ?? '');
  return parsed.data;
}
